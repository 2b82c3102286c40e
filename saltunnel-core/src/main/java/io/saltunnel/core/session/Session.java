package io.saltunnel.core.session;

import io.saltunnel.core.wire.ProtocolVersion;
import java.util.Objects;

/**
 * One end of an established tunnel: the sealer of one direction, the opener of the other, and the keys of both. A
 * completed handshake makes it.
 *
 * <p>Its holder owns it and closes it on every path. Sealer and opener share no mutable state, so each may have its own
 * thread; neither may be in use during closing. Any thread may close the keys' memory at any time: sealer and opener
 * then throw instead of using wiped keys.
 */
public final class Session implements AutoCloseable {

    /** In version 1, message0 counts as the client's chunk 0, so its first chunk has number 1. */
    private static final long CLIENT_FIRST_NUMBER = 1;

    private static final long SERVER_FIRST_NUMBER = 0;

    private final ProtocolVersion version;
    private final SessionKeys keys;
    private final ChunkSealer sealer;
    private final ChunkOpener opener;

    private Session(ProtocolVersion version, SessionKeys keys, ChunkSealer sealer, ChunkOpener opener) {
        this.version = version;
        this.keys = keys;
        this.sealer = sealer;
        this.opener = opener;
    }

    /**
     * The client's end of a tunnel of version 1.
     *
     * @param keys the tunnel's keys, once the server's proof is verified; the session owns them from here on
     * @return a session that the caller owns and closes
     */
    public static Session ofClient(SessionKeys keys) {
        return ofClient(Objects.requireNonNull(keys, "keys"), CLIENT_FIRST_NUMBER, SERVER_FIRST_NUMBER);
    }

    /**
     * The server's end of a tunnel of version 1.
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
                ProtocolVersion.V1,
                keys,
                new ChunkSealerV1(keys, SessionKeys.CLIENT_KEY, sealFrom),
                new ChunkOpenerV1(keys, SessionKeys.SERVER_KEY, openFrom));
    }

    /** For tests that start near the last number. */
    static Session ofServer(SessionKeys keys, long sealFrom, long openFrom) {
        return new Session(
                ProtocolVersion.V1,
                keys,
                new ChunkSealerV1(keys, SessionKeys.SERVER_KEY, sealFrom),
                new ChunkOpenerV1(keys, SessionKeys.CLIENT_KEY, openFrom));
    }

    /**
     * The client's end of a tunnel of version 2.
     *
     * @param keys the tunnel's keys; the session owns them from here on
     * @param changes decides when what is sealed gets a new key
     * @return a session that the caller owns and closes
     */
    public static Session ofClient(SessionKeys keys, KeyChanges changes) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(changes, "changes");
        return version2(keys, SessionKeys.CLIENT_KEY, SessionKeys.SERVER_KEY, 0, 0, changes);
    }

    /**
     * The server's end of a tunnel of version 2.
     *
     * @param keys the tunnel's keys, once the client's message0 is verified; the session owns them from here on
     * @param changes decides when what is sealed gets a new key
     * @return a session that the caller owns and closes
     */
    public static Session ofServer(SessionKeys keys, KeyChanges changes) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(changes, "changes");
        return version2(keys, SessionKeys.SERVER_KEY, SessionKeys.CLIENT_KEY, 0, 0, changes);
    }

    /** With any first numbers, for tests that start near the last one. */
    static Session version2(
            SessionKeys keys, int sealKey, int openKey, long sealFrom, long openFrom, KeyChanges changes) {
        return new Session(
                ProtocolVersion.V2,
                keys,
                new ChunkSealerV2(keys, sealKey, sealFrom, changes),
                new ChunkOpenerV2(keys, openKey, openFrom));
    }

    /**
     * The version that both ends speak.
     *
     * @return 1 or 2
     */
    public ProtocolVersion version() {
        return version;
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
     * Sets a listener that runs when the keys' memory closes, which ends this session, if the session is still open
     * then. It replaces an earlier listener.
     *
     * @param listener runs once, on the thread that closes the memory; at once if the memory is closed already
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
