package io.saltunnel.core.secret;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Linux's view of this process's memory. */
final class KernelView {
    private static final int ENTRY_BYTES = 8;

    private KernelView() {}

    static long addressOf(ByteBuffer buffer) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }

    /**
     * The flags of the mapping that contains an address, as in {@code /proc/self/smaps}; empty if nothing is mapped
     * there.
     */
    static Optional<List<String>> flagsAt(long address) throws IOException {
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                inside = Long.compareUnsigned(address, Long.parseUnsignedLong(range[0], 16)) >= 0
                        && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
            } else if (inside && line.startsWith("VmFlags:")) {
                return Optional.of(
                        List.of(line.substring("VmFlags:".length()).trim().split(" ")));
            }
        }
        return Optional.empty();
    }

    /** Whether a page is in physical memory now. */
    static boolean isPresent(long address) throws IOException {
        try (RandomAccessFile pages = new RandomAccessFile("/proc/self/pagemap", "r")) {
            pages.seek(address / NativeMemory.pageSize() * ENTRY_BYTES);
            byte[] entry = new byte[ENTRY_BYTES];
            pages.readFully(entry); // the kernel refuses to read part of it
            return entry[ENTRY_BYTES - 1] < 0; // the highest bit
        }
    }
}
