package io.saltunnel.core.key;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The keys of one end of a tunnel, in order. A client has one. A server may have several, while clients change from one
 * to another: it accepts a client of any of them.
 *
 * <p>Immutable, and borrows the keys: their owner closes them, once no handshake can begin with this set any more. Any
 * thread.
 */
public final class KeySet {

    /** The most keys of a set: each costs a server one more attempt to open the hello of a stranger. */
    public static final int MAX_KEYS = 16;

    private final List<NamedKey> keys;
    private final List<KeyLabel> labels;
    private final Set<String> checksums;

    /** Made once, so that a hello makes no object for it. */
    private final IntFunction<ByteBuffer> bytes = this::bytesOf;

    private KeySet(List<NamedKey> keys) {
        this.keys = List.copyOf(keys);
        this.labels = this.keys.stream().map(NamedKey::label).toList();
        this.checksums = this.keys.stream().map(each -> each.key().checksum()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * A set of one key without a name.
     *
     * @param key the key; borrowed
     * @return a set
     */
    public static KeySet of(LongTermKey key) {
        return new KeySet(List.of(new NamedKey("", key)));
    }

    /**
     * A set of keys.
     *
     * @param keys 1 to {@value #MAX_KEYS}, borrowed. All differ, and so do their names, unless they are empty. The first
     *     one decides, with the server's address, how long a server is silent before it closes the connection of a
     *     stranger
     * @return a set
     * @throws IllegalArgumentException if there are none or more, or two are the same, or have the same name
     */
    public static KeySet of(List<NamedKey> keys) {
        Objects.requireNonNull(keys, "keys");
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("a tunnel has 1 to " + MAX_KEYS + " keys, not " + keys.size());
        }
        Set<String> checksums = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (NamedKey each : keys) {
            if (!checksums.add(each.key().checksum())) {
                throw new IllegalArgumentException("the key " + each.label() + " is given twice");
            }
            if (!each.name().isEmpty() && !names.add(each.name())) {
                throw new IllegalArgumentException("two keys have the name " + each.name());
            }
        }
        return new KeySet(keys);
    }

    /**
     * How many keys there are.
     *
     * @return 1 to {@value #MAX_KEYS}
     */
    public int size() {
        return keys.size();
    }

    /**
     * One of them.
     *
     * @param index its place, from 0
     * @return the key, which stays its owner's
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public LongTermKey key(int index) {
        return keys.get(index).key();
    }

    /**
     * The first key: a client's only one.
     *
     * @return the key, which stays its owner's
     */
    public LongTermKey first() {
        return key(0);
    }

    /**
     * What may be told of one of them.
     *
     * @param index its place, from 0
     * @return always the same object
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public KeyLabel label(int index) {
        return labels.get(index);
    }

    /**
     * What may be told of all of them.
     *
     * @return in their order
     */
    public List<KeyLabel> labels() {
        return labels;
    }

    /**
     * The checksums of the keys, by which they are known.
     *
     * @return as many as there are keys
     */
    public Set<String> checksums() {
        return checksums;
    }

    /**
     * The bytes of each key by its place, as {@link io.saltunnel.core.secret.SecretBytes#buffer()} gives them. Code that
     * used them calls {@link #checkOpen()} afterwards.
     *
     * @return always the same function
     */
    public IntFunction<ByteBuffer> bytes() {
        return bytes;
    }

    /**
     * Checks that results computed from the bytes of the keys are valid.
     *
     * @throws IllegalStateException if one of the keys is closed
     */
    public void checkOpen() {
        for (NamedKey each : keys) {
            each.key().bytes().checkOpen();
        }
    }

    private ByteBuffer bytesOf(int index) {
        return key(index).bytes().buffer();
    }

    @Override
    public String toString() {
        return "KeySet" + labels;
    }
}
