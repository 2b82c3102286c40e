package io.saltunnel.core.session;

import java.util.Objects;

/**
 * An established tunnel as one of its ends sees it: the sealer of one direction, the opener of the other, and the keys
 * of both. A completed handshake makes it.
 *
 * <p>Its holder owns it and closes it on every path. Sealer and opener share no mutable state, so each may have its own
 * thread; neither may be in use during closing. Any thread may close the keys' memory at any time: sealer and opener
 * then throw instead of using wiped keys.
 */
public final class Session implements AutoCloseable {

    /** message0 counts as the client's chunk 0, so its first chunk has number 1. */
    private static final long CLIENT_FIRST_NUMBER = 1;

    private static final long SERVER_FIRST_NUMBER = 0;

    private final SessionKeys keys;
    private final ChunkSealer sealer;
    private final ChunkOpener opener;

    private Session(SessionKeys keys, ChunkSealer sealer, ChunkOpener opener) {
        this.keys = keys;
        this.sealer = sealer;
        this.opener = opener;
    }

    /**
     * The client's end of a tunnel.
     *
     * @param keys the tunnel's keys, once the server's proof is verified; the session owns them from here on
     * @return a session that the caller owns and closes
     */
    public static Session ofClient(SessionKeys keys) {
        return ofClient(Objects.requireNonNull(keys, "keys"), CLIENT_FIRST_NUMBER, SERVER_FIRST_NUMBER);
    }

    /**
     * The server's end of a tunnel.
     *
     * @param keys the tunnel's keys, once the client's message0 is verified; the session owns them from here on
     * @return a session that the caller owns and closes
     */
    public static Session ofServer(SessionKeys keys) {
        return ofServer(Objects.requireNonNull(keys, "keys"), SERVER_FIRST_NUMBER, CLIENT_FIRST_NUMBER);
    }

    /** For tests that start near the last number. */
    static Session ofClient(SessionKeys keys, long sealFrom, long openFrom) {
        return new Session(
                keys,
                new ChunkSealer(keys, SessionKeys.CLIENT_KEY, sealFrom),
                new ChunkOpener(keys, SessionKeys.SERVER_KEY, openFrom));
    }

    /** For tests that start near the last number. */
    static Session ofServer(SessionKeys keys, long sealFrom, long openFrom) {
        return new Session(
                keys,
                new ChunkSealer(keys, SessionKeys.SERVER_KEY, sealFrom),
                new ChunkOpener(keys, SessionKeys.CLIENT_KEY, openFrom));
    }

    /**
     * The sealer of the data to be sent.
     *
     * @return always the same sealer
     */
    public ChunkSealer sealer() {
        return sealer;
    }

    /**
     * The opener of the frames received.
     *
     * @return always the same opener
     */
    public ChunkOpener opener() {
        return opener;
    }

    /**
     * Sets a listener for the closing of the keys' memory, which ends this session, as long as the session is open. It
     * replaces an earlier one.
     *
     * @param listener runs once, on the thread that closes the memory; at once if that is closed already
     */
    public void whenMemoryCloses(Runnable listener) {
        keys.whenMemoryCloses(listener);
    }

    /** Wipes the keys; sealer and opener are unusable afterwards. Closing it again does nothing. */
    @Override
    public void close() {
        keys.close();
    }

    @Override
    public String toString() {
        return "Session[" + keys + "]";
    }
}
