package io.saltunnel.core.wire;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The plaintext of clienthi, the frame with which a client opens a tunnel (step C1 of {@code docs/PROTOCOL.md}). Both
 * versions share its layout. Version 1 knows no names: the name's field is part of its zeros.
 *
 * <table>
 * <caption>{@value Frame#HELLO_PLAINTEXT} bytes</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>8</td><td>version, see {@link ProtocolVersion}</td></tr>
 * <tr><td>8</td><td>32</td><td>the client's ephemeral X25519 public key</td></tr>
 * <tr><td>40</td><td>8</td><td>time: seconds since 1970-01-01 UTC, big-endian</td></tr>
 * <tr><td>48</td><td>16</td><td>machine id: 16 random bytes, new for each connection</td></tr>
 * <tr><td>64</td><td>8</td><td>machine counter, little-endian: 8 random bytes, new for each connection</td></tr>
 * <tr><td>72</td><td>32</td><td>tag of the tunnel's name; zeros for a tunnel without one, and in version 1</td></tr>
 * <tr><td>104</td><td>368</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Immutable and usable by any thread: arrays are copied on the way in and out. Nothing in it is secret from a holder
 * of the long-term key.
 *
 * @param version the version that the client speaks
 * @param ephemeralPublicKey the client's ephemeral public key, 32 bytes
 * @param timeSeconds seconds since 1970-01-01 UTC by the client's clock; unsigned, so that a negative value means a
 *     time beyond 2<sup>63</sup>
 * @param machineId 16 bytes, which other programs derive from the machine and its boot, and this program draws at
 *     random. Receivers don't evaluate them
 * @param machineCounter an unsigned number, which other programs count up, and this program draws at random. Receivers
 *     don't evaluate it
 * @param nameTag 32 bytes that stand for the tunnel's name; zeros if it has none
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
public record ClientHi(
        ProtocolVersion version,
        byte[] ephemeralPublicKey,
        long timeSeconds,
        byte[] machineId,
        long machineCounter,
        byte[] nameTag) {

    /** The length of a machine id in bytes. */
    public static final int MACHINE_ID_SIZE = 16;

    /** The length of a name's tag in bytes. */
    public static final int NAME_TAG_SIZE = 32;

    private static final int TIME_OFFSET = 40;
    private static final int MACHINE_ID_OFFSET = 48;
    private static final int MACHINE_COUNTER_OFFSET = 64;
    private static final int NAME_TAG_OFFSET = 72;
    private static final int PADDING_OFFSET = NAME_TAG_OFFSET + NAME_TAG_SIZE;

    /**
     * Makes a hello from copies of the arrays.
     *
     * @throws IllegalArgumentException if an array isn't of the length given above, or there is a name that the version
     *     {@linkplain ProtocolVersion#carriesName() doesn't carry}
     */
    public ClientHi {
        Objects.requireNonNull(version, "version");
        ephemeralPublicKey =
                HelloLayout.copyOfSize(ephemeralPublicKey, HelloLayout.PUBLIC_KEY_SIZE, "ephemeral public key");
        machineId = HelloLayout.copyOfSize(machineId, MACHINE_ID_SIZE, "machine id");
        nameTag = HelloLayout.copyOfSize(nameTag, NAME_TAG_SIZE, "name tag");
        if (!version.carriesName() && !ConstantTime.isZero(ByteBuffer.wrap(nameTag), 0, NAME_TAG_SIZE)) {
            throw new IllegalArgumentException(version + " carries no name");
        }
    }

    /**
     * Writes all {@value Frame#HELLO_PLAINTEXT} bytes. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public void encode(ByteBuffer target, int offset) {
        HelloLayout.frame(target, offset, Frame.HELLO_PLAINTEXT, version, PADDING_OFFSET);
        target.put(offset + HelloLayout.PUBLIC_KEY_OFFSET, ephemeralPublicKey);
        HelloLayout.putBigEndian(target, offset + TIME_OFFSET, timeSeconds);
        target.put(offset + MACHINE_ID_OFFSET, machineId);
        HelloLayout.putLittleEndian(target, offset + MACHINE_COUNTER_OFFSET, machineCounter);
        target.put(offset + NAME_TAG_OFFSET, nameTag);
    }

    /**
     * Reads a hello whose tag is verified: the version first, then the zeros, each compared in constant time, then the
     * fields. The work is the same for each version. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value Frame#HELLO_PLAINTEXT} bytes
     * @return the hello, which shares nothing with the buffer
     * @throws MalformedHelloException if the version is neither 1 nor 2, or the padding isn't zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static ClientHi decode(ByteBuffer plaintext, int offset) throws MalformedHelloException {
        Objects.checkFromIndexSize(offset, Frame.HELLO_PLAINTEXT, plaintext.limit());
        ProtocolVersion version = HelloLayout.version(plaintext, offset);
        boolean nameless = ConstantTime.isZero(plaintext, offset + NAME_TAG_OFFSET, NAME_TAG_SIZE);
        boolean zeros = ConstantTime.isZero(plaintext, offset + PADDING_OFFSET, Frame.HELLO_PLAINTEXT - PADDING_OFFSET);
        if (!zeros || (!version.carriesName() && !nameless)) {
            throw new MalformedHelloException(Reason.NONZERO_PADDING);
        }
        return new ClientHi(
                version,
                HelloLayout.read(plaintext, offset + HelloLayout.PUBLIC_KEY_OFFSET, HelloLayout.PUBLIC_KEY_SIZE),
                HelloLayout.bigEndian(plaintext, offset + TIME_OFFSET),
                HelloLayout.read(plaintext, offset + MACHINE_ID_OFFSET, MACHINE_ID_SIZE),
                HelloLayout.littleEndian(plaintext, offset + MACHINE_COUNTER_OFFSET),
                HelloLayout.read(plaintext, offset + NAME_TAG_OFFSET, NAME_TAG_SIZE));
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

    /** {@return a copy of the name's tag, 32 bytes} */
    @Override
    public byte[] nameTag() {
        return nameTag.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientHi that
                && version == that.version
                && Arrays.equals(ephemeralPublicKey, that.ephemeralPublicKey)
                && timeSeconds == that.timeSeconds
                && Arrays.equals(machineId, that.machineId)
                && machineCounter == that.machineCounter
                && Arrays.equals(nameTag, that.nameTag);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ephemeralPublicKey);
    }

    @Override
    public String toString() {
        return "ClientHi[" + version + ", time " + Long.toUnsignedString(timeSeconds) + " s, machine "
                + HexFormat.of().formatHex(machineId) + ", counter " + Long.toUnsignedString(machineCounter) + "]";
    }
}
