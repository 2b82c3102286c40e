package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever an attacker does, a server doesn't answer, ends with FIN and never with RST, not before its deadline,
 * and never connects to its target.
 */
@Timeout(120)
@Tag("jdk-independent")
class SilenceTest {
    private static final Duration DEADLINE_AT_LEAST = Duration.ofSeconds(4);

    private final byte[] key = BadInput.random(32);

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO", "IO_URING"})
    void everyBadInputEndsAlike(Transport transport) throws Exception {
        AtomicInteger targetConnections = new AtomicInteger();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey longTermKey = LongTermKey.of(ByteBuffer.wrap(key.clone()), memory);
                ServerSocket target = countingTarget(targetConnections);
                Tunnel server = Tunnel.server(longTermKey)
                        .transport(transport)
                        .handshakeTimeout(DEADLINE_AT_LEAST)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .start()
                        .join()) {
            BadInput.Attacker attacker = BadInput.Attacker.withRecording(
                    (InetSocketAddress) server.boundAddress().toSocketAddress(), key);
            Map<BadInput, Future<?>> attacks = new LinkedHashMap<>();
            ExecutorService threads = Executors.newCachedThreadPool();
            for (BadInput input : BadInput.values()) {
                attacks.put(input, threads.submit(() -> attack(server, input, attacker)));
            }
            for (Map.Entry<BadInput, Future<?>> attack : attacks.entrySet()) {
                assertThatCode(attack.getValue()::get)
                        .as(attack.getKey().toString())
                        .doesNotThrowAnyException();
            }
            threads.shutdown();
            assertThat(targetConnections).as("the recorded connection's alone").hasValue(1);
            assertThat(server.stats().handshakesFailed())
                    .as("and that of the client whose hello was admitted")
                    .isEqualTo(BadInput.values().length + 1L);
        }
    }

    private static Void attack(Tunnel server, BadInput input, BadInput.Attacker attacker) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.boundPort())) {
            socket.setSoTimeout(60_000);
            input.speak(socket, attacker);
            InputStream in = socket.getInputStream();
            byte[] answer = in.readAllBytes(); // throws on RST
            assertThat(answer).hasSize(input.answerBytes());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(DEADLINE_AT_LEAST);
        }
        return null;
    }

    private static ServerSocket countingTarget(AtomicInteger connections) throws IOException {
        ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    Socket accepted = target.accept();
                    connections.incrementAndGet();
                    accepted.close();
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return target;
    }
}
