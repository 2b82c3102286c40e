package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.internal.admission.ReadBudget;
import io.saltunnel.netty.stage.PipelineStage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: strangers who send without end can't make a server read more than its budget allows, on real sockets. */
@Timeout(60)
class StrangerFloodTest {
    private static final int STRANGERS = 4;

    /** What a server reads before it refuses, and one read of the largest size, of each stranger. */
    private static final long BESIDE_THE_BUDGET = STRANGERS * 3L * 65_536;

    private static final byte[] NO_HEADER = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Counts what the server reads from the socket. */
    private final LongAdder read = new LongAdder();

    private PipelineStage counting() {
        return (place, connection) -> place == PipelineStage.Place.WIRE_SOCKET
                ? List.of(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        read.add(((ByteBuf) msg).readableBytes());
                        ctx.fireChannelRead(msg);
                    }
                })
                : List.of();
    }

    /** Sends noise until the server's end, and returns how much the system took. */
    private static long flood(Socket socket, byte[] beginning) throws IOException {
        OutputStream out = socket.getOutputStream();
        long sent = 0;
        byte[] noise = new byte[65_536];
        try {
            out.write(beginning);
            while (!socket.isClosed()) {
                out.write(noise);
                sent += noise.length;
            }
        } catch (IOException e) {
            return sent; // reset, some time after the server's FIN, or closed by the test
        }
        return sent;
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.netty.BandwidthStageTest#transports")
    void theServerReadsWhatItsBudgetAllows(Transport transport) throws Exception {
        long start = System.nanoTime();
        List<Thread> floods = new ArrayList<>();
        List<Socket> strangers = new ArrayList<>();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                UnaryOperator.identity(),
                server -> server.transport(transport)
                        .handshakeTimeout(Duration.ofSeconds(1))
                        .stage(counting()))) {
            for (int i = 0; i < STRANGERS; i++) {
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort());
                strangers.add(stranger);
                Thread thread = new Thread(() -> {
                    try {
                        flood(stranger, new byte[0]);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                thread.start();
                floods.add(thread);
            }
            for (Socket stranger : strangers) {
                assertThat(stranger.getInputStream().read())
                        .as("the server's FIN")
                        .isNegative();
            }
            long bytes = read.sum();
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            assertThat(bytes)
                    .isLessThan(
                            (long) (seconds * ReadBudget.BYTES_PER_SECOND) + ReadBudget.BURST_BYTES + BESIDE_THE_BUDGET)
                    .isGreaterThan(ReadBudget.BURST_BYTES);
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
            for (Thread flood : floods) {
                flood.join();
            }
        }
    }

    /** A stranger who leaves makes room for others at once, though the server reads nothing of it at that time. */
    @ParameterizedTest
    @MethodSource("io.saltunnel.netty.BandwidthStageTest#transports")
    void aResetEndsTheConnectionBeforeTheDeadline(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                UnaryOperator.identity(), server -> server.transport(transport).stage(counting()))) {
            Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort());
            Thread flood = new Thread(() -> {
                try {
                    flood(stranger, new byte[0]);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            flood.start();
            Await.until("the budget's use", () -> read.sum() > ReadBudget.BURST_BYTES);
            LoopbackTunnel.reset(stranger);
            flood.join();
            Await.until("the end", () -> tunnel.server.holdings().unauthenticated() == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.netty.BandwidthStageTest#transports")
    void aWrongProxyHeaderCostsNoMore(Transport transport) throws Exception {
        long start = System.nanoTime();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.transport(transport)
                                .handshakeTimeout(Duration.ofSeconds(1))
                                .acceptProxy(true)
                                .allowFrom("127.0.0.0/8"));
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
            stranger.setSendBufferSize(65_536);
            LongAdder sent = new LongAdder();
            Thread flood = new Thread(() -> {
                try {
                    sent.add(flood(stranger, NO_HEADER));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            flood.start();
            assertThat(stranger.getInputStream().read()).as("the server's FIN").isNegative();
            LoopbackTunnel.reset(stranger);
            flood.join();
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            assertThat(sent.sum())
                    .as("what the server has read, or its system holds")
                    .isLessThan((long) (seconds * ReadBudget.BYTES_PER_SECOND) + ReadBudget.BURST_BYTES + (8 << 20));
        }
    }
}
