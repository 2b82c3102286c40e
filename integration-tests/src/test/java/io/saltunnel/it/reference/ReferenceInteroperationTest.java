package io.saltunnel.it.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.it.reference.ReferenceFrames.ClientHi;
import io.saltunnel.it.reference.ReferenceFrames.Keys;
import io.saltunnel.it.reference.ReferenceFrames.ServerHi;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * The core with the second implementation as its peer, in both roles, with new keys each time; frames only, no sockets.
 */
class ReferenceInteroperationTest {

    private static final long NOW = 1_700_000_000;
    private static final int TIMES = 50;

    private final SecretMemory memory = SecretMemory.create();
    private final SecretBox box = new SecretBox();
    private final ChunkCipher cipher = ChunkCipher.create();
    private final byte[] rawKey = Bytes.random(32);
    private final LongTermKey key = LongTermKey.of(ByteBuffer.wrap(rawKey), memory);
    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(NOW));
    private final HandshakeContext context = new HandshakeContext(clock, RandomSource.system(), box);
    private final ByteBuffer in = ByteBuffer.allocateDirect(ReferenceFrames.FRAME);
    private final ByteBuffer out = ByteBuffer.allocateDirect(ReferenceFrames.FRAME);

    @AfterEach
    void close() {
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        box.close();
        cipher.close();
    }

    @RepeatedTest(TIMES)
    void ourClientWithItsServer(RepetitionInfo repetition) throws Exception {
        try (var client =
                ClientHandshake.start(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, context, out)) {
            ClientHi hi = ReferenceFrames.openClientHi(rawKey, sent()).orElseThrow();
            assertThat(hi.timeSeconds()).isEqualTo(NOW);
            byte[] secret = Bytes.random(32);
            Keys keys = Keys.agree(secret, hi.publicKey()).orElseThrow();
            ServerHi answer = new ServerHi(Box.publicKey(secret), keys.proof());
            try (Session session =
                    client.receive(received(ReferenceFrames.sealServerHi(rawKey, Bytes.random(24), answer)), out)) {
                assertThat(ReferenceFrames.isMessageZero(keys.client(), sent())).isTrue();
                exchange(session, keys.client(), 1, keys.server(), 0, repetition.getCurrentRepetition());
            }
        }
    }

    @RepeatedTest(TIMES)
    void itsClientWithOurServer(RepetitionInfo repetition) throws Exception {
        byte[] secret = Bytes.random(32);
        ClientHi hi = new ClientHi(Box.publicKey(secret), NOW, Bytes.random(16), 1);
        try (var fresh =
                        ServerHandshake.accept(key, context, new Admission(new ReplayWindow(NOW, 1), TunnelName.NONE));
                var hello = fresh.open(received(ReferenceFrames.sealClientHi(rawKey, Bytes.random(24), hi)));
                var answered = hello.answer(out)) {
            ServerHi answer = ReferenceFrames.openServerHi(rawKey, sent()).orElseThrow();
            Keys keys = Keys.agree(secret, answer.publicKey()).orElseThrow();
            assertThat(answer.proof()).isEqualTo(keys.proof());
            try (Session session = answered.receive(received(ReferenceFrames.sealMessageZero(keys.client())))) {
                exchange(session, keys.server(), 0, keys.client(), 1, repetition.getCurrentRepetition());
            }
        }
    }

    /** Sends runs of every kind of length both ways. */
    private void exchange(Session session, byte[] ourKey, long ourFirst, byte[] itsKey, long itsFirst, int seed)
            throws Exception {
        Random random = new Random(seed);
        ByteBuffer frames = ByteBuffer.allocateDirect(128 * ReferenceFrames.FRAME);
        long ourNumber = ourFirst;
        long itsNumber = itsFirst;
        for (int run = 0; run < 5; run++) {
            byte[] data = new byte[1 + random.nextInt(1 << random.nextInt(16))];
            data = Arrays.copyOf(data, Math.min(data.length, 128 * ReferenceFrames.MAX_DATA));
            random.nextBytes(data);

            int count = session.sealer().seal(cipher, ByteBuffer.wrap(data), 0, data.length, frames, 0);
            byte[] read = new byte[0];
            for (int i = 0; i < count; i++) {
                byte[] frame = new byte[ReferenceFrames.FRAME];
                frames.get(i * ReferenceFrames.FRAME, frame);
                read = Bytes.join(
                        read,
                        ReferenceFrames.openChunk(ourKey, ourNumber++, frame).orElseThrow());
            }
            assertThat(read).isEqualTo(data);

            for (int i = 0; i < count; i++) {
                int from = i * ReferenceFrames.MAX_DATA;
                byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + ReferenceFrames.MAX_DATA));
                frames.put(i * ReferenceFrames.FRAME, ReferenceFrames.sealChunk(itsKey, itsNumber++, piece));
            }
            ByteBuffer opened = ByteBuffer.allocateDirect(128 * ReferenceFrames.MAX_DATA);
            assertThat(session.opener().open(cipher, frames, 0, count, opened, 0))
                    .isEqualTo(data.length);
            byte[] back = new byte[data.length];
            opened.get(0, back);
            assertThat(back).isEqualTo(data);
        }
    }

    private byte[] sent() {
        byte[] frame = new byte[ReferenceFrames.FRAME];
        out.get(0, frame);
        return frame;
    }

    private ByteBuffer received(byte[] frame) {
        return in.put(0, frame);
    }
}
