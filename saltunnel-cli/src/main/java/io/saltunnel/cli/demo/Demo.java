package io.saltunnel.cli.demo;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A target, a server, a tap on the wire and a client, all on loopback, and an application that sends through them.
 *
 * <pre>
 *   application ──▶ client ══▶ tap ══▶ server ──▶ target, which echoes
 * </pre>
 */
public final class Demo {

    /** Three lines of a dump, so that everything fits on a screen of 24 lines. */
    private static final String MESSAGE = "Meet me at the lighthouse at nine. Bring the map";

    private static final int FRAME_BYTES = 512;

    /** The frames that the client sends before the first data: one of clienthi, and three of message0. */
    private static final int HANDSHAKE_FRAMES = 4;

    private static final Duration BULK_DURATION = Duration.ofSeconds(2);
    private static final long LIVE_LINE_NANOS = Duration.ofMillis(100).toNanos();
    private static final int BULK_BLOCK_BYTES = 256 * 1024;
    private static final int READ_TIMEOUT_MILLIS = 10_000;

    private final PrintWriter out;
    private final LiveLine live;
    private final String program;

    /**
     * Makes a demo, which has not run yet.
     *
     * @param out receives what it shows: at most 23 lines of at most 80 characters
     * @param live shows the rate while it is measured
     * @param program how the user calls the program
     */
    public Demo(PrintWriter out, LiveLine live, String program) {
        this.out = out;
        this.live = live;
        this.program = program;
    }

    /**
     * Runs the demo, which takes about three seconds.
     *
     * @throws IOException if it can't start, or the tunnel doesn't work; the message says which
     * @throws InterruptedException if the calling thread was interrupted
     */
    public void run() throws IOException, InterruptedException {
        HostAndPort anyPort = new HostAndPort("127.0.0.1", 0);
        try (LongTermKey key = LongTermKey.random();
                EchoTarget target = EchoTarget.start();
                Tunnel server = Tunnel.server(key)
                        .listen(anyPort)
                        .target(HostAndPort.of(target.address()))
                        .start()
                        .join();
                WireTap tap = WireTap.before(server.boundAddress().toSocketAddress());
                Tunnel tapped = Tunnel.client(key)
                        .listen(anyPort)
                        .server(HostAndPort.of(tap.address()))
                        .start()
                        .join();
                Tunnel direct = Tunnel.client(key)
                        .listen(anyPort)
                        .server(server.boundAddress())
                        .start()
                        .join()) {
            out.printf("A tunnel on this machine, with a key that lives as long as this program:%n%n");
            out.printf(
                    "  app --> client %s ==> tap %s ==> server %s --> target %s%n%n",
                    port(tapped.boundPort()),
                    port(tap.address().getPort()),
                    port(server.boundPort()),
                    port(target.address().getPort()));
            byte[] sent = MESSAGE.getBytes(StandardCharsets.US_ASCII);
            byte[] echoed = exchange(tapped.boundPort(), sent);
            if (!Arrays.equals(sent, echoed)) {
                throw new IOException("what came back is not what was sent");
            }
            showBoth(sent, tap.recorded());
            measure(direct.boundPort());
            showNextSteps();
        } catch (CompletionException e) {
            throw new IOException("the demo cannot start: " + e.getCause(), e);
        }
        out.flush();
    }

    private static String port(int number) {
        return ":" + number;
    }

    private static byte[] exchange(int port, byte[] message) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(message);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    private void showBoth(byte[] sent, byte[] wire) throws IOException {
        if (indexOf(wire, Arrays.copyOf(sent, 8)) >= 0) {
            throw new IOException("the message was on the wire in the clear");
        }
        int dataFrame = HANDSHAKE_FRAMES * FRAME_BYTES;
        out.printf("The application sent %d bytes:%n", sent.length);
        HexDump.print(out, sent, 0, sent.length);
        out.printf(
                "%nThe wire carried %d bytes in %d frames. The first frame with data begins:%n",
                wire.length, wire.length / FRAME_BYTES);
        HexDump.print(out, wire, dataFrame, sent.length);
        out.printf("%nThe target's echo came back whole. The wire shows no part of the message.%n%n");
        out.flush();
    }

    private void measure(int port) throws IOException, InterruptedException {
        ByteBuffer block = ByteBuffer.allocateDirect(BULK_BLOCK_BYTES);
        RandomSource.system().fill(block);
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            long begin = System.nanoTime();
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> receive(channel, block.duplicate()));
            long sent = 0;
            long elapsed = 0;
            for (long shown = 0; elapsed < BULK_DURATION.toNanos(); elapsed = System.nanoTime() - begin) {
                if (elapsed - shown >= LIVE_LINE_NANOS) {
                    live.show("%.0f MB there and back so far: %.0f MB/s each way"
                            .formatted(sent / 1e6, sent * 1e3 / elapsed));
                    shown = elapsed;
                }
                ByteBuffer unsent = block.duplicate();
                while (unsent.hasRemaining()) {
                    sent += channel.write(unsent);
                }
            }
            channel.shutdownOutput();
            long returned = received.join();
            double seconds = (System.nanoTime() - begin) / 1e9;
            live.clear();
            if (returned != sent) {
                throw new IOException("of " + sent + " bytes only " + returned + " came back");
            }
            out.printf(
                    "%.0f MB came back unchanged in %.1f s: %.0f MB/s each way, both at once.%n",
                    sent / 1e6, seconds, sent / 1e6 / seconds);
        }
    }

    private void showNextSteps() {
        out.printf("%nNext, with the key file on both machines:%n");
        out.printf("  %s key generate tunnel.key%n", program);
        out.printf("  %s server -k tunnel.key 0.0.0.0:8080 127.0.0.1:80%n", program);
        out.printf("  %s client -k tunnel.key 127.0.0.1:8000 server.example:8080%n", program);
    }

    /** Reads to the end, and returns the number of bytes that equal the ones sent. */
    private static long receive(SocketChannel channel, ByteBuffer block) {
        ByteBuffer received = ByteBuffer.allocateDirect(BULK_BLOCK_BYTES);
        long total = 0;
        try {
            while (channel.read(received.clear()) >= 0) {
                received.flip();
                while (received.hasRemaining()) {
                    int at = (int) (total % BULK_BLOCK_BYTES);
                    int length = Math.min(received.remaining(), BULK_BLOCK_BYTES - at);
                    if (!received.slice(received.position(), length).equals(block.slice(at, length))) {
                        return total;
                    }
                    received.position(received.position() + length);
                    total += length;
                }
            }
            return total;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static int indexOf(byte[] haystack, byte[] needle) {
        for (int i = 0; i + needle.length <= haystack.length; i++) {
            if (Arrays.equals(haystack, i, i + needle.length, needle, 0, needle.length)) {
                return i;
            }
        }
        return -1;
    }
}
