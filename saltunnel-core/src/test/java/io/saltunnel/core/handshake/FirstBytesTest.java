package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: with printable first bytes every clienthi passes the known filter, and every server admits it. */
class FirstBytesTest {

    private static final int FIRST = 0x20;
    private static final int LAST = 0x7e;

    private final Scene scene = new Scene();
    private final Random seeded = new Random(20230809);
    private final HandshakeContext context = scene.context(target -> {
        byte[] bytes = new byte[target.remaining()];
        seeded.nextBytes(bytes);
        target.put(target.position(), bytes);
    });

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    void printableFirstPacketsAllPassTheFilter(ProtocolVersion version) {
        assertThat(passing(version, FirstBytes.PRINTABLE, 1000)).isEqualTo(1000);
    }

    /**
     * A random packet passes if its first six bytes happen to be printable, (95/256)^6: in 20,000 packets 52 on average,
     * and with a chance above 0.9999 within four deviations. All other exemptions together add less than 0.05. The
     * property gives another number of packets, and prints how many pass.
     */
    @ParameterizedTest
    @EnumSource
    void fewRandomFirstPacketsPassTheFilter(ProtocolVersion version) {
        int packets = Integer.getInteger("firstPackets", 20_000);
        int passing = passing(version, FirstBytes.RANDOM, packets);
        if (System.getProperty("firstPackets") != null) {
            System.out.printf("%s: %,d of %,d random first packets pass%n", version, passing, packets);
        }
        double mean = packets * Math.pow(95 / 256.0, 6);
        assertThat((double) passing).isCloseTo(mean, within(4 * Math.sqrt(mean)));
    }

    private int passing(ProtocolVersion version, FirstBytes firstBytes, int packets) {
        int passing = 0;
        for (int i = 0; i < packets; i++) {
            passing += RandomLookingFilter.passes(bytes(clientHi(version, firstBytes))) ? 1 : 0;
        }
        return passing;
    }

    @ParameterizedTest
    @EnumSource
    void aServerAdmitsPrintableFirstBytes(ProtocolVersion version) throws Exception {
        ByteBuffer serverHi = ByteBuffer.allocateDirect(4 * 512);
        for (int i = 0; i < 20; i++) {
            ServerHandshake.AwaitingClientHi server =
                    scene.accept(new Admission(scene.window, TunnelName.NONE, AcceptedVersions.ANY));
            try (var awaiting = Scene.answer(server, clientHi(version, FirstBytes.PRINTABLE), serverHi)) {
                assertThat(awaiting.version()).isEqualTo(version);
            }
        }
    }

    /** Each of the 95 characters at each place, and each of the three lengths, as often as the others. */
    @Test
    void eachCharacterAndEachLengthIsEquallyLikely() {
        int nonces = 95 * 400;
        TreeMap<Integer, Integer> characters = new TreeMap<>();
        TreeSet<Integer> seventh = new TreeSet<>();
        int longerThanSix = 0;
        for (int i = 0; i < nonces; i++) {
            byte[] nonce = nonce(context.random());
            for (int place = 0; place < 6; place++) {
                assertThat((int) nonce[place]).isBetween(FIRST, LAST);
                characters.merge((int) nonce[place], 1, Integer::sum);
            }
            boolean printable = nonce[6] >= FIRST && nonce[6] <= LAST;
            longerThanSix += printable ? 1 : 0;
            seventh.add((int) nonce[6]);
        }
        // 2,400 each, with a deviation of 49
        assertThat(characters)
                .hasSize(95)
                .allSatisfy((character, count) -> assertThat(count).isCloseTo(2400, withinPercentage(10)));
        // two of three lengths have a seventh character, and 95 of 256 random bytes are one
        assertThat(longerThanSix).isCloseTo((int) (nonces * (2 + 95 / 256.0) / 3), withinPercentage(2));
        assertThat(seventh).as("random in one of three").hasSize(256);
    }

    @Test
    void theRestOfTheNonceStaysAsItWasDrawn() {
        for (int i = 0; i < 100; i++) {
            ByteBuffer nonce = ByteBuffer.allocateDirect(24);
            FirstBytes.PRINTABLE.overwrite(nonce, RandomSource.system());
            for (int place = 8; place < 24; place++) {
                assertThat(nonce.get(place)).isZero();
            }
        }
    }

    /** Bytes of the incomplete last range are drawn again: with them, some characters would come more often. */
    @Test
    void bytesThatDontDivideEvenlyAreDrawnAgain() {
        // the number of characters: 255 is refused, 252 modulo 3 is 0, so six
        ScriptedBytes script = new ScriptedBytes(255, 252, 190, 255, 0, 189, 94, 95, 1, 2);
        ByteBuffer nonce = ByteBuffer.allocateDirect(24);
        FirstBytes.PRINTABLE.overwrite(nonce, script);
        assertThat(bytes(nonce)).startsWith(FIRST, LAST, LAST, FIRST, FIRST + 1, FIRST + 2, 0);
        assertThat(script.left()).isZero();
    }

    private static final class ScriptedBytes implements RandomSource {
        private final int[] script;
        private int next;

        ScriptedBytes(int... script) {
            this.script = script;
        }

        @Override
        public void fill(ByteBuffer target) {
            for (int i = target.position(); i < target.limit(); i++) {
                target.put(i, (byte) script[next++]);
            }
        }

        int left() {
            return script.length - next;
        }
    }

    private static byte[] nonce(RandomSource random) {
        ByteBuffer nonce = ByteBuffer.allocateDirect(24);
        random.fill(nonce);
        FirstBytes.PRINTABLE.overwrite(nonce, random);
        return bytes(nonce);
    }

    private ByteBuffer clientHi(ProtocolVersion version, FirstBytes firstBytes) {
        ByteBuffer frame = Scene.frame();
        ClientProtocol protocol = new ClientProtocol(version, TunnelName.NONE, firstBytes);
        ClientHandshake.start(protocol, scene.key, context, frame).close();
        return frame;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }
}
