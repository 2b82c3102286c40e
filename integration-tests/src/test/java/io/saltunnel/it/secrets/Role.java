package io.saltunnel.it.secrets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The end of a tunnel that the process is; the test is everything else. */
enum Role {
    SERVER {
        @Override
        TunnelConnection connect(Version version, InetSocketAddress process, ServerSocket listener, byte[] key)
                throws IOException {
            Peer client = version.connect(process, key);
            return new TunnelConnection(client, listener.accept());
        }

        @Override
        Map<String, byte[]> failHandshake(Version version, InetSocketAddress process, ServerSocket listener, byte[] key)
                throws IOException {
            return version.failAsClient(process, key);
        }
    },
    CLIENT {
        @Override
        TunnelConnection connect(Version version, InetSocketAddress process, ServerSocket listener, byte[] key)
                throws IOException {
            Socket application = new Socket();
            application.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
            application.setSoTimeout(TIMEOUT_MILLIS);
            application.connect(process);
            return new TunnelConnection(version.accept(listener.accept(), key), application);
        }

        @Override
        Map<String, byte[]> failHandshake(Version version, InetSocketAddress process, ServerSocket listener, byte[] key)
                throws IOException {
            try (Socket application = new Socket(process.getAddress(), process.getPort())) {
                return version.failAsServer(listener.accept(), key, application);
            }
        }
    };

    /** Small, so that unread data piles up in the process. */
    private static final int RECEIVE_BUFFER_BYTES = 1 << 16;

    /** Only a failure takes this long. */
    private static final int TIMEOUT_MILLIS = 60_000;

    /** The address that the process connects to. */
    static ServerSocket listen() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        listener.setSoTimeout(TIMEOUT_MILLIS);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return listener;
    }

    /** The arguments of the process. */
    List<String> arguments(Version version, Path keyFile, ServerSocket listener, String... options) {
        List<String> arguments = new ArrayList<>(List.of(name().toLowerCase(Locale.ROOT), "-k", keyFile.toString()));
        arguments.addAll(List.of("--protocol", version.option()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("127.0.0.1:0", "127.0.0.1:" + listener.getLocalPort()));
        return arguments;
    }

    /** Makes a connection through the process. */
    abstract TunnelConnection connect(Version version, InetSocketAddress process, ServerSocket listener, byte[] key)
            throws IOException;

    /** Lets the process derive secrets, then fails the handshake; the connection has ended when this returns. */
    abstract Map<String, byte[]> failHandshake(
            Version version, InetSocketAddress process, ServerSocket listener, byte[] key) throws IOException;
}
