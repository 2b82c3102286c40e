package io.saltunnel.cli.demo;

import java.io.PrintWriter;

/** Prints bytes for people: sixteen a line, in hexadecimal and as text. */
final class HexDump {

    private static final int BYTES_PER_LINE = 16;

    private HexDump() {}

    static void print(PrintWriter out, byte[] bytes, int offset, int length) {
        int end = Math.min(bytes.length, offset + length);
        for (int line = offset; line < end; line += BYTES_PER_LINE) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = line; i < Math.min(end, line + BYTES_PER_LINE); i++) {
                hex.append(String.format("%02x ", bytes[i]));
                text.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
            }
            out.printf("  %-48s |%s|%n", hex, text);
        }
    }
}
