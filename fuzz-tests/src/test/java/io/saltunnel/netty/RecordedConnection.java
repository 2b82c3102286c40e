package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.EmbeddedEnd.Role;
import java.util.Random;

/**
 * The bytes of one connection on the wire, from its start. They fit any {@link EmbeddedEnd} in the same
 * {@link Surroundings}.
 *
 * <pre>
 *   toServer   clienthi │ message0 │ chunk 1 … chunk 6      all of them full
 *   toClient   serverhi │ chunk 0 … chunk 6
 * </pre>
 */
final class RecordedConnection {
    static final int FRAMES = 8;
    static final int WIRE_BYTES = FRAMES * Frame.SIZE;

    private static final int HANDSHAKE_FRAMES_TO_SERVER = 2;
    private static final int HANDSHAKE_FRAMES_TO_CLIENT = 1;

    private final byte[] fromApplication = random((FRAMES - HANDSHAKE_FRAMES_TO_SERVER) * Frame.MAX_DATA);
    private final byte[] fromTarget = random((FRAMES - HANDSHAKE_FRAMES_TO_CLIENT) * Frame.MAX_DATA);
    private final byte[] toServer;
    private final byte[] toClient;

    RecordedConnection(Surroundings surroundings) {
        try (EmbeddedEnd client = new EmbeddedEnd(Role.CLIENT, surroundings);
                EmbeddedEnd server = new EmbeddedEnd(Role.SERVER, surroundings)) {
            client.plain().orElseThrow().receive(fromApplication);
            server.wire().receive(client.wire().sent());
            client.wire().receive(server.wire().sent());
            toServer = client.wire().sent();
            server.wire().receive(toServer, Frame.SIZE, toServer.length);
            server.plain().orElseThrow().receive(fromTarget);
            toClient = server.wire().sent();
            client.wire().receive(toClient, Frame.SIZE, toClient.length);
            assertThat(server.plain().orElseThrow().sent()).isEqualTo(fromApplication);
            assertThat(client.plain().orElseThrow().sent()).isEqualTo(fromTarget);
        }
        assertThat(toServer).hasSize(WIRE_BYTES);
        assertThat(toClient).hasSize(WIRE_BYTES);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** The bytes sent to that end. */
    byte[] wireTo(Role receiver) {
        return (receiver == Role.SERVER ? toServer : toClient).clone();
    }

    /** The data that that end delivers. */
    byte[] dataTo(Role receiver) {
        return receiver == Role.SERVER ? fromApplication : fromTarget;
    }

    /** The data that that end's own side sends into the tunnel. */
    byte[] dataFrom(Role sender) {
        return dataTo(sender == Role.SERVER ? Role.CLIENT : Role.SERVER);
    }

    /** The number of frames that that end must receive before there is a tunnel. */
    static int handshakeFramesTo(Role receiver) {
        return receiver == Role.SERVER ? HANDSHAKE_FRAMES_TO_SERVER : HANDSHAKE_FRAMES_TO_CLIENT;
    }
}
