package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.wire.ClientHi;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The name of a tunnel, which keeps two tunnels apart that share one key file. Both sides have the same name, or none.
 * Only version 2 carries it, as a tag: {@code D("saltunnel 2 name", UTF-8 of the name)}. The name is no secret to a
 * holder of the long-term key.
 *
 * <p>Names are compared byte by byte, so that two spellings of a letter in Unicode are two names. Immutable: any thread
 * may use it.
 */
public final class TunnelName {

    /** No name: its tag is zeros. */
    public static final TunnelName NONE = new TunnelName("", new byte[ClientHi.NAME_TAG_SIZE]);

    private static final String LABEL = "saltunnel 2 name";

    private final String text;
    private final ByteBuffer tag;

    private TunnelName(String text, byte[] tag) {
        this.text = text;
        this.tag = ByteBuffer.wrap(tag);
    }

    /**
     * Makes a name, and hashes it.
     *
     * @param text the name; the empty one is no name
     * @return the name, or {@link #NONE}
     * @throws IllegalArgumentException if the text isn't well-formed Unicode: half of a surrogate pair
     * @throws IllegalStateException never, unless the hash has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for the hash must be locked and can't be
     */
    public static TunnelName of(String text) {
        if (Objects.requireNonNull(text, "text").isEmpty()) {
            return NONE;
        }
        ByteBuffer utf8;
        try {
            utf8 = direct(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the tunnel's name isn't well-formed Unicode", e);
        }
        ByteBuffer tag = ByteBuffer.allocateDirect(ClientHi.NAME_TAG_SIZE);
        try (KeyDerivation derivation = KeyDerivation.of(LABEL)) {
            derivation.part(utf8, 0, utf8.limit()).into(tag, 0, ClientHi.NAME_TAG_SIZE);
        }
        return new TunnelName(text, bytes(tag));
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
    }

    private static byte[] bytes(ByteBuffer tag) {
        byte[] bytes = new byte[ClientHi.NAME_TAG_SIZE];
        tag.get(0, bytes);
        return bytes;
    }

    /**
     * The name as it was given.
     *
     * @return the text; empty for {@link #NONE}
     */
    public String text() {
        return text;
    }

    /**
     * Whether this is no name.
     *
     * @return true for {@link #NONE}
     */
    public boolean isNone() {
        return text.isEmpty();
    }

    /**
     * What clienthi carries.
     *
     * @return a new array of 32 bytes
     */
    public byte[] tag() {
        return bytes(tag);
    }

    /** Compares in constant time. */
    boolean hasTag(byte[] other) {
        return ConstantTime.equal(tag, 0, ByteBuffer.wrap(other), 0, ClientHi.NAME_TAG_SIZE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TunnelName that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return isNone() ? "no name" : text;
    }
}
