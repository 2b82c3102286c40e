package io.saltunnel.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a session whose memory is closed while another thread uses it stops. A wiped key is a key of zeros, which
 * everybody knows: no data sealed under it may leave, and none may be accepted.
 */
class ClosedMemoryTest {
    private static final int RUN = ChunkCipher.MAX_CHUNKS_PER_RUN;
    private static final int TRIALS = 100;

    private final SecretMemory lasting = SecretMemory.create();
    private final SessionVector vector = SessionVector.all().get(0);
    private final ChunkCipher cipher = ChunkCipher.create();
    private final ByteBuffer data = ByteBuffer.allocateDirect(RUN * Frame.MAX_DATA);
    private final ByteBuffer frames = ByteBuffer.allocateDirect(RUN * Frame.SIZE);
    private final ByteBuffer opened = ByteBuffer.allocateDirect(RUN * Frame.MAX_DATA);

    @AfterEach
    void close() {
        lasting.close();
        cipher.close();
    }

    @ParameterizedTest
    @EnumSource
    void noRunIsSealedUnderAWipedKey(ProtocolVersion version) throws Exception {
        for (int trial = 0; trial < TRIALS; trial++) {
            SecretMemory closing = SecretMemory.create();
            CountDownLatch begun = new CountDownLatch(1);
            Session client = client(version, closing);
            CompletableFuture<Void> use = CompletableFuture.runAsync(() -> {
                try (Session server = server(version, lasting)) {
                    while (sealed(client)) {
                        assertThat(open(server)).isEqualTo(RUN * Frame.MAX_DATA);
                        begun.countDown();
                    }
                }
            });
            begun.await();
            closing.close();
            use.join();
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void noRunIsRefusedAsForgedOrTakenSinceTheKeyWasWiped(ProtocolVersion version) throws Exception {
        for (int trial = 0; trial < TRIALS; trial++) {
            SecretMemory closing = SecretMemory.create();
            CountDownLatch begun = new CountDownLatch(1);
            Session server = server(version, closing);
            CompletableFuture<Void> use = CompletableFuture.runAsync(() -> {
                try (Session client = client(version, lasting)) {
                    while (sealed(client) && open(server) > 0) {
                        begun.countDown();
                    }
                }
            });
            begun.await();
            closing.close();
            use.join();
            server.close();
        }
    }

    @Test
    void tellsEachOpenSessionOnceThatItsMemoryIsGone() {
        SecretMemory closing = SecretMemory.create();
        int[] told = new int[2];
        Session open = Session.ofClient(vector.keys(closing));
        open.whenMemoryCloses(() -> told[0]++);
        Session ended = Session.ofClient(vector.keys(closing));
        ended.whenMemoryCloses(() -> told[1]++);
        ended.close();
        closing.close();
        closing.close();
        assertThat(told).containsExactly(1, 0);
        open.whenMemoryCloses(() -> told[0]++); // registered too late, so it runs at once
        assertThat(told).containsExactly(2, 0);
        open.close();
    }

    @Test
    void leavesNothingOfARunThatItCanNotFinish() {
        SecretMemory closing = SecretMemory.create();
        Session client = Session.ofClient(vector.keys(closing));
        closing.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> client.sealer().seal(cipher, data, 0, 1, frames, 0))
                .withMessage("secret memory is closed");
        client.close();
    }

    private Session client(ProtocolVersion version, SecretMemory memory) {
        return switch (version) {
            case V1 -> Session.ofClient(vector.keys(memory));
            case V2 -> Session.ofClient(vector.keys(memory), changes());
        };
    }

    private Session server(ProtocolVersion version, SecretMemory memory) {
        return switch (version) {
            case V1 -> Session.ofServer(vector.keys(memory));
            case V2 -> Session.ofServer(vector.keys(memory), changes());
        };
    }

    private KeyChanges changes() {
        return new KeyChanges(() -> 0, RandomSource.system(), lasting);
    }

    private boolean sealed(Session session) {
        try {
            session.sealer().seal(cipher, data, 0, data.capacity(), frames, 0);
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("secret memory is closed");
            return false;
        }
    }

    /** Returns the length, or -1 if the session's memory is closed. */
    private int open(Session session) {
        try {
            return session.opener().open(cipher, frames, 0, RUN, opened, 0);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("secret memory is closed");
            return -1;
        } catch (ChunkException e) {
            throw new AssertionError(e);
        }
    }
}
