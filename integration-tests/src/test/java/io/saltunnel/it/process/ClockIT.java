package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.reference.ReferenceFrames;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A client with a wrong clock does no harm, and the server logs how wrong it is, both while it still admits the client
 * and when it doesn't.
 */
class ClockIT {

    private static final Pattern SECONDS = Pattern.compile("is (\\d+) s ");

    private final byte[] secret = random(32);

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void aPeerWhoseClockIsOffIsLetInAndToldOf() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            long before = System.currentTimeMillis() / 1000;
            try (ReferencePeer ahead =
                    ReferencePeer.connect(server.address(), key(), secret, hi(before + 1200), random(24))) {
                ahead.send(new byte[] {5});
                assertThat(ahead.receive(1)).containsExactly(5);
            }
            String line = server.awaitLine("its clock is");
            assertThat(line).containsPattern("is \\d+ s ahead of this machine's; beyond 3600 s it is refused");
            assertThat(seconds(line)).isBetween(1200 - secondsSince(before), 1200L);
        }
    }

    @Test
    void aPeerWhoseClockIsOffTooFarIsRefusedAndToldOf() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            long before = System.currentTimeMillis() / 1000;
            try (Socket behind = Sockets.connect(server.address())) {
                behind.getOutputStream().write(ReferenceFrames.sealClientHi(key(), random(24), hi(before - 5000)));
                String line = server.awaitLine("its time is");
                assertThat(line).containsPattern("is \\d+ s behind");
                assertThat(seconds(line)).isBetween(5000L, 5000 + secondsSince(before));
            }
            try (ReferencePeer right = ReferencePeer.connect(server.address(), key())) {
                right.send(new byte[] {5});
                assertThat(right.receive(1)).containsExactly(5);
            }
        }
    }

    @Test
    void whatIsNoTimeIsNotToldAsAClock() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address(), "-v");
            byte[] serverHi = recordedServerHi(server);
            try (Socket reflector = Sockets.connect(server.address())) {
                reflector.getOutputStream().write(serverHi);
                server.awaitLine("refused: clienthi refused: its time is more than a day from this machine's");
            }
            assertThat(server.linesWith("WARN")).isEmpty();
        }
    }

    private byte[] recordedServerHi(SaltunnelProcess server) throws IOException {
        long now = System.currentTimeMillis() / 1000;
        try (Socket client = Sockets.connect(server.address())) {
            client.getOutputStream().write(ReferenceFrames.sealClientHi(key(), random(24), hi(now)));
            return client.getInputStream().readNBytes(ReferenceFrames.FRAME);
        }
    }

    /** By this much, the duration of the test may make a clock appear further behind, or less far ahead. */
    private static long secondsSince(long before) {
        return System.currentTimeMillis() / 1000 - before;
    }

    private static long seconds(String line) {
        Matcher seconds = SECONDS.matcher(line);
        assertThat(seconds.find()).as(line).isTrue();
        return Long.parseLong(seconds.group(1));
    }

    private byte[] key() throws IOException {
        return Files.readAllBytes(processes.keyFile());
    }

    private ReferenceFrames.ClientHi hi(long timeSeconds) {
        return new ReferenceFrames.ClientHi(ReferenceFrames.publicKey(secret), timeSeconds, random(16), 1);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
