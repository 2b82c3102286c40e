package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.EmbeddedEnd.Role;
import java.util.Arrays;
import java.util.Random;

/**
 * The bytes of one connection on the wire, from its start. They fit any {@link EmbeddedEnd} in the same
 * {@link Surroundings}.
 *
 * <pre>
 *   version 1   toServer   clienthi │ message0 │ chunk 1 … chunk 6      all of them full
 *               toClient   serverhi │ chunk 0 … chunk 6
 *   version 2   toServer   clienthi │ message0, 3 frames │ chunk 0 … chunk 2 │ END
 *               toClient   serverhi, 4 frames │ chunk 0 … chunk 2 │ END
 * </pre>
 */
final class RecordedConnection {
    static final int FRAMES = 8;
    static final int WIRE_BYTES = FRAMES * Frame.SIZE;

    private final ProtocolVersion version;
    private final byte[] fromApplication;
    private final byte[] fromTarget;
    private final byte[] toServer;
    private final byte[] toClient;

    RecordedConnection(ProtocolVersion version, Surroundings surroundings) {
        this.version = version;
        fromApplication = random(dataFramesTo(Role.SERVER) * Frame.MAX_DATA);
        fromTarget = random(dataFramesTo(Role.CLIENT) * Frame.MAX_DATA);
        try (EmbeddedEnd client = new EmbeddedEnd(Role.CLIENT, version, surroundings);
                EmbeddedEnd server = new EmbeddedEnd(Role.SERVER, version, surroundings)) {
            client.plain().orElseThrow().receive(fromApplication);
            server.wire().receive(client.wire().sent());
            client.wire().receive(server.wire().sent());
            if (hasEnds()) {
                client.plain().orElseThrow().receiveEnd();
            }
            toServer = client.wire().sent();
            server.wire().receive(toServer, Frame.SIZE, toServer.length);
            server.plain().orElseThrow().receive(fromTarget);
            int serverHi = server.wire().sent().length - fromTarget.length / Frame.MAX_DATA * Frame.SIZE;
            if (hasEnds()) {
                server.plain().orElseThrow().receiveEnd();
            }
            toClient = server.wire().sent();
            client.wire().receive(toClient, serverHi, toClient.length);
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
    int handshakeFramesTo(Role receiver) {
        return receiver == Role.SERVER ? 1 + version.messageZeroFrames() : version.serverHiFrames();
    }

    ProtocolVersion version() {
        return version;
    }

    /** Whether the last frame is an end, which a FIN alone isn't. */
    boolean hasEnds() {
        return switch (version) {
            case V1 -> false;
            case V2 -> true;
        };
    }

    private int dataFramesTo(Role receiver) {
        return FRAMES - handshakeFramesTo(receiver) - (hasEnds() ? 1 : 0);
    }

    /** What the server sends as its answer. */
    byte[] serverHi() {
        return Arrays.copyOf(toClient, version.serverHiFrames() * Frame.SIZE);
    }
}
