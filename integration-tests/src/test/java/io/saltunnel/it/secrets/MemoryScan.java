package io.saltunnel.it.secrets;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The result of a scan of all of a process's readable memory.
 *
 * @param finds every piece of any needle
 * @param bytes the number of bytes read
 * @param nanos the time it took
 */
record MemoryScan(List<Find> finds, long bytes, long nanos) {

    private static final int STEP = 1 << 22;

    /** The overlap of two steps, so that no piece is cut. */
    private static final int OVERLAP = 2 * Needles.PIECE;

    private static final int CONTEXT = 48;

    /**
     * A piece of a needle.
     *
     * @param needle its name
     * @param address where it begins
     * @param length how many bytes match
     * @param mapping the mapping it is in
     * @param context the bytes around it, in hexadecimal
     */
    record Find(String needle, long address, int length, Mapping mapping, String context) {

        @Override
        public String toString() {
            return "%d bytes of %s at %x in %s: %s".formatted(length, needle, address, mapping, context);
        }
    }

    /** Reads everything that can be read, code and files included. */
    static MemoryScan of(long pid, Needles needles) throws IOException {
        long start = System.nanoTime();
        List<Find> finds = new ArrayList<>();
        long bytes = 0;
        byte[] memory = new byte[STEP];
        try (RandomAccessFile file =
                new RandomAccessFile(Path.of("/proc", Long.toString(pid), "mem").toFile(), "r")) {
            for (Mapping mapping : Mapping.of(pid)) {
                if (mapping.readable()) {
                    bytes += scan(file, mapping, needles, memory, finds);
                }
            }
        }
        return new MemoryScan(finds, bytes, System.nanoTime() - start);
    }

    private static long scan(RandomAccessFile file, Mapping mapping, Needles needles, byte[] memory, List<Find> finds)
            throws IOException {
        for (long at = mapping.start(); at < mapping.end(); at += STEP - OVERLAP) {
            int wanted = (int) Math.min(STEP, mapping.end() - at);
            int length = read(file, at, memory, wanted);
            for (Needles.Piece piece : needles.findIn(memory, length)) {
                int from = Math.max(0, piece.offset() - CONTEXT);
                int to = Math.min(length, piece.offset() + piece.length() + CONTEXT);
                finds.add(new Find(
                        piece.name(),
                        at + piece.offset(),
                        piece.length(),
                        mapping,
                        HexFormat.of().formatHex(memory, from, Math.min(to, from + 4 * CONTEXT))));
            }
        }
        return mapping.end() - mapping.start();
    }

    /** Reads some bytes of a process's memory. */
    static byte[] read(long pid, long address, int length) throws IOException {
        byte[] memory = new byte[length];
        try (RandomAccessFile file =
                new RandomAccessFile(Path.of("/proc", Long.toString(pid), "mem").toFile(), "r")) {
            file.seek(address);
            file.readFully(memory);
        }
        return memory;
    }

    /** Mappings that have gone since the list was read count as empty. */
    private static int read(RandomAccessFile file, long address, byte[] memory, int wanted) throws IOException {
        file.seek(address);
        int length = 0;
        try {
            while (length < wanted) {
                int count = file.read(memory, length, wanted - length);
                if (count < 0) {
                    break;
                }
                length += count;
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("Input/output error")) {
                throw e;
            }
        }
        return length;
    }

    /** The finds of needles whose name begins with a prefix. */
    List<Find> of(String prefix) {
        return finds.stream().filter(find -> find.needle().startsWith(prefix)).toList();
    }

    /** The finds in memory that could be swapped out or dumped. */
    List<Find> exposed() {
        return finds.stream().filter(find -> !find.mapping().lockedAway()).toList();
    }

    boolean isClean() {
        return finds.isEmpty();
    }

    @Override
    public String toString() {
        Set<String> needles = finds.stream().map(Find::needle).collect(Collectors.toCollection(TreeSet::new));
        return "%d MiB read in %d ms; found %s%s"
                .formatted(
                        bytes >> 20,
                        nanos / 1_000_000,
                        finds.isEmpty() ? "nothing" : needles,
                        finds.stream().limit(20).map(find -> "\n  " + find).collect(Collectors.joining()));
    }
}
