package io.saltunnel.core.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The plaintext of clienthi, the frame with which a client opens a tunnel (step C1 of {@code docs/PROTOCOL.md}):
 *
 * <table>
 * <caption>{@value Frame#HELLO_PLAINTEXT} bytes</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>8</td><td>version: {@code 06 05 28 84 9a 61 08 c7}</td></tr>
 * <tr><td>8</td><td>32</td><td>the client's ephemeral X25519 public key</td></tr>
 * <tr><td>40</td><td>8</td><td>time: seconds since 1970-01-01 UTC, big-endian</td></tr>
 * <tr><td>48</td><td>16</td><td>machine id: 16 random bytes, new for each connection</td></tr>
 * <tr><td>64</td><td>8</td><td>machine counter, little-endian: 8 random bytes, new for each connection</td></tr>
 * <tr><td>72</td><td>400</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Immutable and usable by any thread: arrays are copied on the way in and out. Nothing in it is secret from a holder
 * of the long-term key.
 *
 * @param ephemeralPublicKey the client's ephemeral public key, 32 bytes
 * @param timeSeconds seconds since 1970-01-01 UTC by the client's clock; unsigned, so that a negative value means a
 *     time beyond 2<sup>63</sup>
 * @param machineId 16 bytes that other programs derive from the machine and its boot, and this one draws at random. A
 *     receiver draws no conclusion from them
 * @param machineCounter a number that other programs count up, and this one draws at random; unsigned. A receiver draws
 *     no conclusion from it either
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
public record ClientHi(byte[] ephemeralPublicKey, long timeSeconds, byte[] machineId, long machineCounter) {

    /** The length of a machine id in bytes. */
    public static final int MACHINE_ID_SIZE = 16;

    private static final int TIME_OFFSET = 40;
    private static final int MACHINE_ID_OFFSET = 48;
    private static final int MACHINE_COUNTER_OFFSET = 64;
    private static final int PADDING_OFFSET = 72;

    /**
     * Makes a hello from copies of the arrays.
     *
     * @throws IllegalArgumentException if an array isn't of the length given above
     */
    public ClientHi {
        ephemeralPublicKey =
                HelloLayout.copyOfSize(ephemeralPublicKey, HelloLayout.PUBLIC_KEY_SIZE, "ephemeral public key");
        machineId = HelloLayout.copyOfSize(machineId, MACHINE_ID_SIZE, "machine id");
    }

    /**
     * Writes all {@value Frame#HELLO_PLAINTEXT} bytes. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public void encode(ByteBuffer target, int offset) {
        HelloLayout.frame(target, offset, PADDING_OFFSET);
        target.put(offset + HelloLayout.PUBLIC_KEY_OFFSET, ephemeralPublicKey);
        HelloLayout.putBigEndian(target, offset + TIME_OFFSET, timeSeconds);
        target.put(offset + MACHINE_ID_OFFSET, machineId);
        HelloLayout.putLittleEndian(target, offset + MACHINE_COUNTER_OFFSET, machineCounter);
    }

    /**
     * Reads a hello whose tag is verified: the version first, then the zeros, each compared in constant time, then the
     * fields. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value Frame#HELLO_PLAINTEXT} bytes
     * @return the hello, which shares nothing with the buffer
     * @throws MalformedHelloException if the version is another or the padding isn't zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static ClientHi decode(ByteBuffer plaintext, int offset) throws MalformedHelloException {
        HelloLayout.check(plaintext, offset, PADDING_OFFSET);
        return new ClientHi(
                HelloLayout.read(plaintext, offset + HelloLayout.PUBLIC_KEY_OFFSET, HelloLayout.PUBLIC_KEY_SIZE),
                HelloLayout.bigEndian(plaintext, offset + TIME_OFFSET),
                HelloLayout.read(plaintext, offset + MACHINE_ID_OFFSET, MACHINE_ID_SIZE),
                HelloLayout.littleEndian(plaintext, offset + MACHINE_COUNTER_OFFSET));
    }

    /** {@return a copy of the client's ephemeral public key, 32 bytes} */
    @Override
    public byte[] ephemeralPublicKey() {
        return ephemeralPublicKey.clone();
    }

    /** {@return a copy of the machine id, 16 bytes} */
    @Override
    public byte[] machineId() {
        return machineId.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientHi that
                && Arrays.equals(ephemeralPublicKey, that.ephemeralPublicKey)
                && timeSeconds == that.timeSeconds
                && Arrays.equals(machineId, that.machineId)
                && machineCounter == that.machineCounter;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ephemeralPublicKey);
    }

    @Override
    public String toString() {
        return "ClientHi[time " + Long.toUnsignedString(timeSeconds) + " s, machine "
                + HexFormat.of().formatHex(machineId) + ", counter " + Long.toUnsignedString(machineCounter) + "]";
    }
}
