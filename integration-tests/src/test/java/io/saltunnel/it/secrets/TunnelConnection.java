package io.saltunnel.it.secrets;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * Both ends of one connection through the process.
 *
 * @param peer the other end of the tunnel
 * @param plain the application's or the target's end
 */
record TunnelConnection(Peer peer, Socket plain) implements AutoCloseable {

    /** How the connection ends. */
    enum Ending {
        /** Both directions end in order. */
        BOTH_FINISH {
            @Override
            void happen(TunnelConnection connection) throws IOException {
                connection.peer.sendEnd();
                connection.plain.shutdownOutput();
                awaitEnd(connection.plain);
                awaitEnd(connection.peer.socket());
            }
        },
        PEER_RESETS {
            @Override
            void happen(TunnelConnection connection) throws IOException {
                connection.peer.reset();
                awaitEnd(connection.plain);
            }
        },
        PLAIN_SIDE_RESETS {
            @Override
            void happen(TunnelConnection connection) throws IOException {
                connection.plain.setSoLinger(true, 0);
                connection.plain.close();
                awaitEnd(connection.peer.socket());
            }
        },
        A_CHUNK_IS_FORGED {
            @Override
            void happen(TunnelConnection connection) throws IOException {
                connection.peer.socket().getOutputStream().write(new byte[512]);
                awaitEnd(connection.plain);
                awaitEnd(connection.peer.socket());
            }
        },
        A_FRAME_IS_CUT_OFF {
            @Override
            void happen(TunnelConnection connection) throws IOException {
                connection.peer.socket().getOutputStream().write(new byte[100]);
                connection.peer.socket().shutdownOutput();
                awaitEnd(connection.plain);
                awaitEnd(connection.peer.socket());
            }
        };

        /** Whether data on its way must be read first; otherwise it is lost. */
        boolean needsDrained() {
            return this != PEER_RESETS && this != PLAIN_SIDE_RESETS;
        }

        /** Ends it. */
        abstract void happen(TunnelConnection connection) throws IOException;
    }

    /** Reads and discards until the other end has closed or reset. */
    static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout((int) ScannedProcess.PATIENCE.toMillis());
        try {
            while (socket.getInputStream().read(new byte[1 << 16]) >= 0) {
                // Continues.
            }
        } catch (SocketException e) {
            // A reset is an end too.
        }
    }

    @Override
    public void close() throws IOException {
        peer.close();
        plain.close();
    }
}
