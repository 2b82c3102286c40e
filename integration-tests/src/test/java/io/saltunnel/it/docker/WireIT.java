package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.saltunnel.core.wire.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** tcpdump between the ends: even very regular data looks like noise to an observer. */
@DockerSuite
class WireIT {

    private static final int FRAME = 512;

    @TempDir
    Path folder;

    /** Goal: 12 MB of zeros and of text, fetched over a few connections, can't be told from random bytes. */
    @ParameterizedTest
    @EnumSource
    void aBulkTransferLooksLikeNoise(ProtocolVersion version, Testbed bed) throws IOException {
        Capture capture = capture(bed, version, """
                curl -sSf -r 0-11999999 -o /dev/null http://client:7000/zeros.bin &&
                curl -sSf -o /dev/null 'http://client:7000/small.txt?[1-1000]'""");

        List<Capture.Stream> streams = capture.streams();
        assertThat(streams).hasSize(4);
        byte[] all = joined(streams);
        assertThat((long) all.length).isGreaterThan(12_000_000L * FRAME / 494);
        Uniformity.bytesPerPosition(frames(streams, 0, Integer.MAX_VALUE));
        Uniformity.incompressible(all);
        Uniformity.noRepeatedBlock(all);
        Uniformity.noneOf(all, "HTTP/1.1", "small.txt", "Host: client", "\0\0\0\0\0\0\0\0", "100\n101\n");
    }

    /**
     * Goal: the handshakes of a thousand connections with the same request have nothing in common and nothing readable.
     */
    @ParameterizedTest
    @EnumSource
    void aThousandHandshakesLookLikeNoise(ProtocolVersion version, Testbed bed) throws IOException {
        Capture capture = capture(bed, version, """
                curl -sSf -H 'Connection: close' -o /dev/null 'http://client:7000/whoami?[1-1000]'""");

        List<Capture.Stream> streams = capture.streams();
        assertThat(streams).hasSize(2000);
        int fromClient = 1 + version.messageZeroFrames();
        int fromServer = version.serverHiFrames();
        for (boolean toServer : new boolean[] {true, false}) {
            List<Capture.Stream> direction = streams.stream()
                    .filter(stream -> (stream.toPort() == Saltunnel.PORT) == toServer)
                    .toList();
            assertThat(direction).hasSize(1000);
            int handshake = toServer ? fromClient : fromServer;
            for (int frame = 0; frame <= handshake; frame++) { // one chunk too
                Uniformity.halfBytesPerPosition(frames(direction, frame * FRAME, (frame + 1) * FRAME));
            }
        }
        Uniformity.bytesPerPosition(frames(streams, 0, Math.max(fromClient, fromServer) * FRAME));
        byte[] all = joined(streams);
        Uniformity.incompressible(all);
        Uniformity.noRepeatedBlock(all);
        Uniformity.noneOf(all, "HTTP/1.1", "whoami", "target");
    }

    /** Runs a script of the application and returns all bytes that passed between the ends meanwhile. */
    private Capture capture(Testbed bed, ProtocolVersion version, String script) throws IOException {
        String number = String.valueOf(version.number());
        Tunnel tunnel = bed.tunnelTo(
                "target:80", ends -> ends.clientOptions("--protocol", number).serverOptions("--protocol", number));
        Tools inside = bed.inside(tunnel.server());
        // Room for all packets, because none may be missing. The datagram at the end shows that all packets before it
        // were written.
        CompletableFuture<Outcome> tcpdump = inside.start("""
                        echo $$ >/tmp/tcpdump.pid
                        exec tcpdump -i any -B 262144 -s 0 --immediate-mode -U -w /tmp/wire.pcap \\
                          'tcp port 7000 or udp port 9' 2>/tmp/tcpdump.log""");
        await().until(() -> inside.run("grep listening /tmp/tcpdump.log").succeeded());

        bed.application().run(script).text();

        await().until(() -> inside.run("ss -Htn state connected exclude time-wait 'sport = :7000'")
                .text()
                .isEmpty());
        String client = Networks.address(tunnel.client(), bed.wireNetwork());
        inside.run("echo the end of the capture >/dev/udp/" + client + "/9").text();
        await().until(() ->
                inside.run("grep -aq 'the end of the capture' /tmp/wire.pcap").succeeded());
        inside.run("kill -INT $(cat /tmp/tcpdump.pid)").text();
        tcpdump.join();
        assertThat(inside.run("grep dropped /tmp/tcpdump.log").text()).startsWith("0 packets dropped by kernel");
        Path file = folder.resolve("wire.pcap");
        inside.copyFileFromContainer("/tmp/wire.pcap", file.toString());
        Capture capture = Capture.read(file);
        Files.delete(file);
        assertThat(capture.streams())
                .allSatisfy(stream -> assertThat(stream.bytes().length % FRAME).isZero());
        return capture;
    }

    private static List<byte[]> frames(List<Capture.Stream> streams, int from, int to) {
        var frames = new ArrayList<byte[]>();
        for (Capture.Stream stream : streams) {
            for (int at = from; at + FRAME <= Math.min(to, stream.bytes().length); at += FRAME) {
                frames.add(Arrays.copyOfRange(stream.bytes(), at, at + FRAME));
            }
        }
        return frames;
    }

    private static byte[] joined(List<Capture.Stream> streams) {
        var joined = new ByteArrayOutputStream();
        streams.forEach(stream -> joined.writeBytes(stream.bytes()));
        return joined.toByteArray();
    }
}
