package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.metrics.KeyStats;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a server takes clients of several keys, says which one each has proved, and can end those of a former key. */
@Timeout(60)
class TunnelKeysTest {
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final NamedKey next = key("new");
    private final NamedKey old = key("old");
    private final BlockingQueue<KeyLabel> proved = new LinkedBlockingQueue<>();
    private ServerSocket target;
    private Tunnel server;

    @BeforeEach
    void start() throws IOException {
        target = closedAtTheEnd(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        target.setSoTimeout(30_000);
        server = closedAtTheEnd(server(next, old).start().join());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closedAtTheEnd(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private NamedKey key(String name) {
        return new NamedKey(name, closedAtTheEnd(LongTermKey.random()));
    }

    private ServerBuilder server(NamedKey... keys) {
        return Tunnel.server(KeySet.of(List.of(keys)))
                .listen(ANY_PORT)
                .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                .accessLog(true)
                .events(new TunnelEvents() {
                    @Override
                    public void proved(long handshakeNanos, KeyLabel key) {
                        proved.add(key);
                    }
                });
    }

    /** A client with a connection that carries data. */
    private final class Client {
        final Socket application;
        final Socket accepted;

        Client(NamedKey key) throws Exception {
            Tunnel client = closedAtTheEnd(Tunnel.client(key)
                    .listen(ANY_PORT)
                    .server(server.boundAddress())
                    .start()
                    .join());
            application = closedAtTheEnd(new Socket(InetAddress.getLoopbackAddress(), client.boundPort()));
            application.setSoTimeout(30_000);
            accepted = closedAtTheEnd(target.accept());
            accepted.setSoTimeout(30_000);
            echo();
            assertThat(proved.poll(30, TimeUnit.SECONDS)).isEqualTo(key.label());
        }

        void echo() throws IOException {
            LoopbackTunnel.echo(application, accepted);
        }

        void close() throws IOException {
            application.close();
            accepted.close();
        }
    }

    @Test
    void countsAndLogsTheKeyOfEachConnection() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.access")) {
            Client ofOld = new Client(old);
            Client ofNew = new Client(next);
            new Client(next);
            assertThat(server.keyStats())
                    .containsExactly(new KeyStats(next.label(), 2, 2), new KeyStats(old.label(), 1, 1));
            ofOld.close();
            assertThat(lines.nextWith("outcome=")).endsWith(" key=" + old.key().fingerprint() + " key_name=old");
            Await.until("the end", () -> server.keyStats().get(1).open() == 0);
            ofNew.echo();
            assertThat(server.keyStats())
                    .containsExactly(new KeyStats(next.label(), 2, 2), new KeyStats(old.label(), 1, 0));
        }
    }

    @Test
    void aKeyThatIsTakenAwayEndsForNewConnectionsOnly() throws Exception {
        Client before = new Client(old);
        server.reconfigure(server(next));
        before.echo();
        assertThat(server.keyStats())
                .containsExactly(new KeyStats(next.label(), 0, 0), new KeyStats(old.label(), 1, 1));
        new Client(next).echo();
        long refused = server.stats().handshakesFailed();
        Tunnel late = closedAtTheEnd(Tunnel.client(old)
                .listen(ANY_PORT)
                .server(server.boundAddress())
                .start()
                .join());
        closedAtTheEnd(new Socket(InetAddress.getLoopbackAddress(), late.boundPort()));
        Await.until("the refusal", () -> server.stats().handshakesFailed() == refused + 1);
        before.echo();
    }

    @Test
    void formerKeysAreRevokedWithTheirConnectionsAndNoOther() throws Exception {
        Client ofOld = new Client(old);
        Client ofNew = new Client(next);
        server.reconfigure(server(next));
        server.revokeFormerKeys();
        assertThatThrownBy(ofOld.application.getInputStream()::read).isInstanceOf(SocketException.class);
        assertThatThrownBy(ofOld.accepted.getInputStream()::read).isInstanceOf(SocketException.class);
        ofNew.echo();
        Await.until("the end", () -> server.keyStats().get(1).open() == 0);
        // Given back, it is as good as any.
        server.reconfigure(server(next, old));
        new Client(old).echo();
        server.revokeFormerKeys();
        ofNew.echo();
    }

    @Test
    void keysAreRevokedInATunnelThatNoLongerListens() throws Exception {
        Client ofOld = new Client(old);
        Client ofNew = new Client(next);
        server.stop(Duration.ofHours(1));
        server.revokeAllKeysBut(KeySet.of(List.of(next)));
        assertThatThrownBy(ofOld.application.getInputStream()::read).isInstanceOf(SocketException.class);
        assertThatThrownBy(ofOld.accepted.getInputStream()::read).isInstanceOf(SocketException.class);
        ofNew.echo();
    }
}
