package consumer;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A whole tunnel in a program that has none of Netty's native transports, nor their classes. */
public final class NoTransports {
    private NoTransports() {}

    public static void main(String[] arguments) throws Exception {
        for (Transport transport : new Transport[] {Transport.EPOLL, Transport.IO_URING, Transport.KQUEUE}) {
            expect(!transport.isAvailable(), transport + " is available");
        }
        expect(Transport.AUTO.resolve() == Transport.NIO, "AUTO is not NIO");
        HostAndPort anyPort = HostAndPort.parse("127.0.0.1:0");
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
                ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tunnel server = Tunnel.server(key)
                        .listen(anyPort)
                        .target(HostAndPort.parse("127.0.0.1:" + target.getLocalPort()))
                        .start()
                        .join();
                Tunnel client = Tunnel.client(key)
                        .listen(anyPort)
                        .server(server.boundAddress())
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
            OutputStream out = application.getOutputStream();
            out.write("a whole tunnel".getBytes(StandardCharsets.UTF_8));
            application.shutdownOutput();
            target.setSoTimeout(20_000);
            try (Socket accepted = target.accept()) {
                accepted.setSoTimeout(20_000);
                String got = new String(accepted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                expect(got.equals("a whole tunnel"), "got '" + got + "'");
            }
            try {
                Tunnel.server(key)
                        .listen(anyPort)
                        .target(HostAndPort.parse("127.0.0.1:9"))
                        .transport(Transport.EPOLL)
                        .start();
                throw new AssertionError("epoll started");
            } catch (UnsupportedOperationException e) {
                expect(e.getMessage().contains("io.netty:netty-transport-native-epoll"), e.getMessage());
            }
            System.out.println("a whole tunnel on NIO, as no other transport is there");
        }
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
