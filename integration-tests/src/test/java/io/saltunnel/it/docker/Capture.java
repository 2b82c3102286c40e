package io.saltunnel.it.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The TCP streams of a capture by tcpdump, assembled from their segments. */
final class Capture {

    private static final int LINUX_COOKED_V2 = 276;
    private static final int IPV4 = 0x0800;
    private static final int TCP = 6;

    private final List<Stream> streams;

    private Capture(List<Stream> streams) {
        this.streams = streams;
    }

    /** One direction of one connection, from its first byte to its last. */
    static final class Stream {

        private final int toPort;
        private final byte[] bytes;

        private Stream(int toPort, byte[] bytes) {
            this.toPort = toPort;
            this.bytes = bytes;
        }

        /** The destination port. */
        int toPort() {
            return toPort;
        }

        /** All bytes; not a copy. */
        byte[] bytes() {
            return bytes;
        }
    }

    /**
     * Reads a capture of IPv4 on Linux' {@code any} device.
     *
     * @throws IllegalArgumentException if the capture is of another kind, or lacks the start of a connection or a piece
     *     of a stream
     */
    static Capture read(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (all.getInt(0) != 0xa1b2c3d4 || all.getInt(20) != LINUX_COOKED_V2) {
            throw new IllegalArgumentException("not a capture of the `any` device");
        }
        Map<String, List<Segment>> current = new HashMap<>();
        List<List<Segment>> directions = new ArrayList<>();
        int at = 24;
        while (at + 16 <= all.limit()) {
            int captured = all.getInt(at + 8);
            if (captured != all.getInt(at + 12)) {
                throw new IllegalArgumentException("a packet was cut short");
            }
            addSegment(all.slice(at + 16, captured).order(ByteOrder.BIG_ENDIAN), current, directions);
            at += 16 + captured;
        }
        return new Capture(directions.stream()
                .map(direction -> new Stream(direction.get(0).toPort(), join(direction)))
                .toList());
    }

    /** The streams with data, in the order of their first segments. */
    List<Stream> streams() {
        return streams.stream().filter(stream -> stream.bytes().length > 0).toList();
    }

    private record Segment(int toPort, int sequence, boolean syn, ByteBuffer data) {}

    private static void addSegment(
            ByteBuffer packet, Map<String, List<Segment>> current, List<List<Segment>> directions) {
        // 20 bytes of the cooked header, of which the first two name the protocol.
        if ((packet.getShort(0) & 0xffff) != IPV4 || packet.get(20 + 9) != TCP) {
            return;
        }
        int ip = 20;
        int tcp = ip + 4 * (packet.get(ip) & 0x0f);
        int end = ip + (packet.getShort(ip + 2) & 0xffff);
        int data = tcp + 4 * ((packet.get(tcp + 12) & 0xf0) >> 4);
        int fromPort = packet.getShort(tcp) & 0xffff;
        int toPort = packet.getShort(tcp + 2) & 0xffff;
        boolean syn = (packet.get(tcp + 13) & 0x02) != 0;
        String direction = packet.getInt(ip + 12) + ":" + fromPort + ">" + packet.getInt(ip + 16) + ":" + toPort;
        Segment segment = new Segment(toPort, packet.getInt(tcp + 4), syn, packet.slice(data, end - data));
        List<Segment> earlier = current.get(direction);
        // Ports are reused: a start other than the last one belongs to another connection.
        if (earlier == null || (syn && earlier.get(0).sequence() != segment.sequence())) {
            earlier = new ArrayList<>();
            current.put(direction, earlier);
            directions.add(earlier);
        }
        earlier.add(segment);
    }

    private static byte[] join(List<Segment> direction) {
        if (!direction.get(0).syn()) {
            throw new IllegalArgumentException("a connection's start is missing");
        }
        int first = direction.get(0).sequence() + 1;
        List<Segment> inOrder = direction.stream()
                .filter(segment -> segment.data().hasRemaining())
                .sorted(Comparator.comparingLong(segment -> Integer.toUnsignedLong(segment.sequence() - first)))
                .toList();
        var bytes = new ByteArrayOutputStream();
        for (Segment segment : inOrder) {
            int offset = segment.sequence() - first;
            if (offset > bytes.size()) {
                throw new IllegalArgumentException(
                        "of a stream, %d bytes are missing after %d".formatted(offset - bytes.size(), bytes.size()));
            }
            // Skips bytes that were sent before: they are a retransmission.
            int known = Math.min(bytes.size() - offset, segment.data().limit());
            var fresh = new byte[segment.data().limit() - known];
            segment.data().get(known, fresh);
            bytes.writeBytes(fresh);
        }
        return bytes.toByteArray();
    }
}
