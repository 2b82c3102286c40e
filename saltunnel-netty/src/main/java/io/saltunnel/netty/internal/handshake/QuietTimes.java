package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long a server keeps a connection that has not proved a key: until it ends its own stream, and from then until it
 * closes the connection. Both times are derived from the first of its keys, and from the address and port that the peer
 * has connected to:
 *
 * <pre>
 *   D("saltunnel quiet times", first key, address and port) ──▶ 4 bytes, little-endian, for each time
 * </pre>
 *
 * <p>So they are the same for all connections to one address, whatever a prober sends, and whichever key a hello was
 * made for. They differ between ports and addresses, so that a server that has moved, or that listens on two ports,
 * can't be recognized by them. One for each server, used by any thread.
 */
public final class QuietTimes {
    /** The least time from the server's FIN to its close. The derivation adds up to the same amount again. */
    public static final Duration LEAST_UNTIL_CLOSE = Duration.ofSeconds(5);

    private static final String LABEL = "saltunnel quiet times";
    private static final int OUTPUT_BYTES = 2 * Integer.BYTES;

    /** The kind of an address that has no IP address. Those of the others are their lengths. */
    private static final byte NO_IP_ADDRESS = 0;

    /**
     * The most addresses whose times are kept. A machine can have a whole network of addresses, of which a peer chooses
     * one. The times of further addresses are derived again for each connection.
     */
    private static final int MAX_KNOWN = 64;

    private final KeySet keys;
    private final Duration timeout;
    private final Map<SocketAddress, Times> known = new ConcurrentHashMap<>();

    /**
     * The times for connections to one address.
     *
     * @param untilFin from the start of a connection until the server ends its own stream
     * @param untilClose from then until it closes the connection
     */
    public record Times(Duration untilFin, Duration untilClose) {}

    /**
     * The times of one server.
     *
     * @param keys the long-term keys; borrowed, must stay open while connections may begin
     * @param timeout the least time until FIN
     */
    public QuietTimes(KeySet keys, Duration timeout) {
        this.keys = keys;
        this.timeout = timeout;
    }

    /**
     * Checks that times can be derived.
     *
     * @return this
     * @throws IllegalStateException if the first key is closed
     */
    public QuietTimes checkOpen() {
        keys.first().bytes().checkOpen();
        return this;
    }

    /**
     * The times for connections to an address.
     *
     * @param local the server's address, as a connection has it
     * @return from the time-out to twice the time-out, then from {@link #LEAST_UNTIL_CLOSE} to twice that
     * @throws IllegalStateException if the first key is closed
     */
    public Times at(SocketAddress local) {
        Times times = known.get(local);
        if (times == null) {
            times = derive(local);
            if (known.size() < MAX_KNOWN) {
                known.put(local, times);
            }
        }
        return times;
    }

    private Times derive(SocketAddress local) {
        LongTermKey key = keys.first();
        byte[] address = bytesOf(local);
        // One piece of the key's memory for input and output: a buffer of its own would stay until a collection.
        try (SecretBytes derived = key.memory().allocate(OUTPUT_BYTES + address.length);
                KeyDerivation derivation = KeyDerivation.of(LABEL, key.memory())) {
            ByteBuffer bytes = derived.buffer();
            bytes.put(OUTPUT_BYTES, address);
            derivation
                    .part(key.bytes().buffer(), 0, LongTermKey.BYTES)
                    .part(bytes, OUTPUT_BYTES, address.length)
                    .into(bytes, 0, OUTPUT_BYTES);
            key.bytes().checkOpen();
            return new Times(
                    lengthened(timeout, bytes.getInt(0)), lengthened(LEAST_UNTIL_CLOSE, bytes.getInt(Integer.BYTES)));
        }
    }

    /** Adds less than the same time again, in whole milliseconds. */
    private static Duration lengthened(Duration least, int random) {
        double fraction = Integer.toUnsignedLong(random) / 0x1p32;
        return least.plusMillis((long) (least.toMillis() * fraction));
    }

    private static byte[] bytesOf(SocketAddress local) {
        if (local instanceof InetSocketAddress inet && inet.getAddress() != null) {
            InetAddress address = inet.getAddress();
            byte[] ip = address.getAddress();
            return ByteBuffer.allocate(1 + ip.length + Short.BYTES)
                    .put((byte) ip.length)
                    .put(ip)
                    .putShort((short) inet.getPort())
                    .array();
        }
        byte[] name = local.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length).put(NO_IP_ADDRESS).put(name).array();
    }
}
