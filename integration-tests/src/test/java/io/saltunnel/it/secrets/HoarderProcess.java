package io.saltunnel.it.secrets;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A program that keeps its input, on the heap and outside, until the input ends. */
final class HoarderProcess {

    private HoarderProcess() {}

    public static void main(String[] hex) throws IOException {
        byte[] onTheHeap = HexFormat.of().parseHex(hex[0]);
        ByteBuffer outside = ByteBuffer.allocateDirect(100).put(7, onTheHeap);
        try {
            System.err.println("ready");
            System.in.read();
        } finally {
            Reference.reachabilityFence(outside);
            Reference.reachabilityFence(onTheHeap);
        }
    }
}
