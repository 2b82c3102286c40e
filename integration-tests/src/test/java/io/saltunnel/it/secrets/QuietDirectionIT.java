package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.it.process.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Goal: two minutes after a password was sent, the key that sealed it is gone, although nothing more is sent and the
 * other direction streams. The wait, 60 to 120 s, is the program's own. Both roles wait at the same time. What follows
 * the wait doesn't depend on the JDK: {@link OldKeysIT} shows it on each.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
@Tag("jdk-independent")
class QuietDirectionIT {

    private static final int STREAM_PAUSE_MILLIS = 20;

    @Test
    void aQuietDirectionLosesItsKeyWhileTheOtherStreams() throws Exception {
        Task<Void> server = Task.start(() -> aQuietDirectionLosesItsKey(Role.SERVER));
        aQuietDirectionLosesItsKey(Role.CLIENT);
        server.result();
    }

    private static Void aQuietDirectionLosesItsKey(Role role) throws Exception {
        ScheduledExecutorService streams = Executors.newSingleThreadScheduledExecutor();
        try (Subject subject = Subject.start(role, Version.V2, "");
                TunnelConnection connection = subject.connect();
                ChunkCipher cipher = ChunkCipher.create()) {
            Peer2 peer = (Peer2) connection.peer();
            String quiet = role.name().toLowerCase(Locale.ROOT) + " key ";
            Mark password = Mark.random("password", 64);
            connection.plain().getOutputStream().write(password.bytes());
            peer.receive(password.bytes().length);
            Needles gone = password.addTo(
                    Needles.ofWords().add(quiet + 0, peer.secrets().get(quiet + 0)));
            MemoryScan inUse = subject.scan(gone);
            assertThat(inUse.finds())
                    .as("%s", inUse)
                    .extracting(MemoryScan.Find::needle)
                    .containsExactly(quiet + 0);

            AtomicInteger streamed = new AtomicInteger();
            streams.scheduleWithFixedDelay(
                    () -> stream(connection, streamed), 0, STREAM_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(peer.receiveChunk(cipher)).as("padding").isZero();
            assertThat(peer.secrets()).containsKey(quiet + 1);
            MemoryScan scan = subject.scan(gone);
            assertThat(scan.finds()).as("%s", scan).isEmpty();
            int before = streamed.get();
            Awaitility.await("the stream goes on").until(() -> streamed.get() > before);
            assertThat(before).isPositive();
        } finally {
            streams.shutdownNow();
        }
        return null;
    }

    private static void stream(TunnelConnection connection, AtomicInteger streamed) {
        try {
            connection.peer().send(new byte[494]);
            connection.plain().getInputStream().skipNBytes(494);
            streamed.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
