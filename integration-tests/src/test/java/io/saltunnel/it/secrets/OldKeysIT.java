package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.crypto.MlKem768;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.it.process.Task;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: while a connection of version 2 is open, its two current keys are in locked memory, once, and nothing else of
 * it: no earlier key, and no secret of its handshake. Single words of 8 bytes count. The young generation is small and
 * is collected meanwhile, as the launcher sets it.
 */
@EnabledOnOs(OS.LINUX)
class OldKeysIT {

    /** More than 65,536 chunks, so that the key changes. */
    private static final int MORE_THAN_A_KEY_SEALS = 65_600 * 494;

    private static final int KEY_CHANGES = 100;

    /** The process is stopped for seconds during its handshake. */
    private static final String[] PATIENT = {"--handshake-timeout", "120"};

    // The parts of ML-KEM's decapsulation key: the secret vector, the encapsulation key, its hash, z.
    private static final int VECTOR = 1152;
    private static final int HASH = 32;
    private static final int Z = 32;

    /** The program has just started, so that most of it is interpreted. */
    @ParameterizedTest
    @EnumSource
    void onlyTheFirstKeysAreLeftOfAHandshake(Role role) throws Exception {
        try (Subject subject = Subject.start(role, Version.V2, "");
                TunnelConnection connection = subject.connect()) {
            Peer peer = connection.peer();
            peer.send(new byte[] {1});
            assertThat(connection.plain().getInputStream().read()).isEqualTo(1);
            assertThat(peer.secrets())
                    .containsOnlyKeys("KS", "KC", "dh", "ss", "m", "r", "client key 0", "server key 0");
            assertOnlyKeysInUse(subject, peer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheLastKeysAreLeftOfManyChanges(Role role) throws Exception {
        try (Subject subject = Subject.start(role, Version.V2, "");
                TunnelConnection connection = subject.connect()) {
            Peer2 peer = (Peer2) connection.peer();
            Task<Void> received = Task.start(() -> {
                peer.receive(MORE_THAN_A_KEY_SEALS);
                return null;
            });
            connection.plain().getOutputStream().write(new byte[MORE_THAN_A_KEY_SEALS]);
            received.result();
            for (int i = 0; i < KEY_CHANGES; i++) {
                peer.send(new byte[1000]);
                peer.changeKey();
            }
            peer.send(new byte[] {1});
            connection.plain().getInputStream().skipNBytes(KEY_CHANGES * 1000);
            assertThat(connection.plain().getInputStream().read()).isEqualTo(1);

            assertThat(peer.secrets()).hasSize(8 + KEY_CHANGES + 1);
            assertOnlyKeysInUse(subject, peer);
            TunnelConnection.Ending.BOTH_FINISH.happen(connection);
            MemoryScan scan = subject.scan(words(peer.secrets()));
            assertThat(scan.finds()).as("%s", scan).isEmpty();
        }
    }

    /**
     * No peer knows the decapsulation key. But it contains the encapsulation key, which is sent, so the test searches
     * for that and reads what lies around it.
     */
    @Test
    void theDecapsulationKeyIsLockedUntilMessageZeroAndThenGone() throws Exception {
        try (Subject subject = Subject.start(Role.SERVER, Version.V2, "", PATIENT);
                Socket socket = subject.dial()) {
            Handshake2 handshake = new Handshake2(socket, subject.key());
            handshake.greet();
            MemoryScan greeted = subject.scan(words(handshake.secrets()));
            assertThat(greeted.exposed()).as("%s", greeted).isEmpty();
            assertThat(greeted.finds()).extracting(MemoryScan.Find::needle).containsExactlyInAnyOrder("dh", "KC");

            Needles key = words(decapsulationKey(subject, handshake));
            MemoryScan held = subject.scan(key);
            assertThat(held.exposed()).as("%s", held).isEmpty();
            assertThat(held.finds()).extracting(MemoryScan.Find::needle).containsExactlyInAnyOrder("vector", "z");

            handshake.prove();
            Peer2 peer = Peer2.clientAfter(handshake);
            try (Socket plain = subject.accept()) {
                peer.send(new byte[] {1});
                assertThat(plain.getInputStream().read()).isEqualTo(1);
                MemoryScan after = subject.scan(key);
                assertThat(after.finds()).as("%s", after).isEmpty();
                assertOnlyKeysInUse(subject, peer);
            }
        }
    }

    /** The same for a client's X25519 secret: its public key lies behind it. */
    @Test
    void theEphemeralSecretIsLockedUntilServerHiAndThenGone() throws Exception {
        try (Subject subject = Subject.start(Role.CLIENT, Version.V2, "", PATIENT);
                Socket application = subject.dial();
                Socket socket = subject.accept()) {
            Handshake2 handshake = new Handshake2(socket, subject.key());
            ClientHi hi = handshake.hear();
            MemoryScan greeted = subject.scan(words(handshake.secrets()));
            assertThat(greeted.exposed()).as("%s", greeted).isEmpty();
            assertThat(greeted.finds()).extracting(MemoryScan.Find::needle).containsExactly("KS");

            byte[] secret = lockedBefore(subject, hi.ephemeralPublicKey(), X25519.KEY_SIZE, pair -> {
                ByteBuffer publicKey = ByteBuffer.allocate(X25519.KEY_SIZE);
                X25519.publicKey(ByteBuffer.wrap(pair), 0, publicKey, 0);
                return publicKey.equals(ByteBuffer.wrap(hi.ephemeralPublicKey()));
            });
            Needles key = words(Map.of("X25519", Arrays.copyOf(secret, X25519.KEY_SIZE)));
            MemoryScan held = subject.scan(key);
            assertThat(held.exposed()).as("%s", held).isEmpty();
            assertThat(held.finds()).as("%s", held).hasSize(1);

            handshake.answer(hi);
            Peer2 peer = Peer2.serverAfter(handshake);
            peer.send(new byte[] {1});
            assertThat(application.getInputStream().read()).isEqualTo(1);
            MemoryScan after = subject.scan(key);
            assertThat(after.finds()).as("%s", after).isEmpty();
            assertOnlyKeysInUse(subject, peer);
        }
    }

    /**
     * The secret parts of the decapsulation key in the process's memory, found by the encapsulation key and checked by
     * decapsulating.
     */
    private static Map<String, byte[]> decapsulationKey(Subject subject, Handshake2 handshake) throws Exception {
        byte[] encapsulationKey = handshake.encapsulationKey();
        byte[] key = lockedBefore(subject, encapsulationKey, VECTOR, candidate -> opens(candidate, encapsulationKey));
        int z = VECTOR + MlKem768.ENCAPSULATION_KEY_SIZE + HASH;
        return Map.of("vector", Arrays.copyOf(key, VECTOR), "z", Arrays.copyOfRange(key, z, z + Z));
    }

    /**
     * Reads the process's locked memory around a public key, beginning some bytes before it.
     *
     * @param isRight tells whether this is the key pair
     */
    private static byte[] lockedBefore(Subject subject, byte[] publicKey, int before, Predicate<byte[]> isRight)
            throws Exception {
        MemoryScan scan = subject.scan(new Needles().add("public key", publicKey));
        for (MemoryScan.Find find : scan.finds()) {
            if (find.mapping().lockedAway()
                    && find.address() - before >= find.mapping().start()) {
                byte[] memory = MemoryScan.read(
                        subject.process().pid(), find.address() - before, before + publicKey.length + HASH + Z);
                if (isRight.test(memory)) {
                    return memory;
                }
            }
        }
        throw new AssertionError("no key pair where its public key is: " + scan);
    }

    private static boolean opens(byte[] key, byte[] encapsulationKey) {
        ByteBuffer ciphertext = ByteBuffer.allocate(MlKem768.CIPHERTEXT_SIZE);
        ByteBuffer sent = ByteBuffer.allocate(MlKem768.SHARED_SECRET_SIZE);
        ByteBuffer received = ByteBuffer.allocate(MlKem768.SHARED_SECRET_SIZE);
        ByteBuffer message =
                ByteBuffer.wrap(Mark.random("m", MlKem768.MESSAGE_SIZE).bytes());
        MlKem768.encapsulate(ByteBuffer.wrap(encapsulationKey), 0, message, 0, ciphertext, 0, sent, 0);
        MlKem768.decapsulate(ByteBuffer.wrap(key), 0, ciphertext, 0, received, 0);
        return sent.equals(received);
    }

    private static Needles words(Map<String, byte[]> secrets) {
        Needles needles = Needles.ofWords();
        secrets.forEach(needles::add);
        return needles;
    }

    /** Of all secrets that the peer knows, the process has these two, in locked memory, once. */
    private static void assertOnlyKeysInUse(Subject subject, Peer peer) throws Exception {
        MemoryScan scan = subject.scan(words(peer.secrets()));
        assertThat(scan.exposed()).as("unlocked; %s", scan).isEmpty();
        assertThat(scan.finds())
                .as("%s", scan)
                .extracting(MemoryScan.Find::needle)
                .containsExactlyInAnyOrderElementsOf(peer.keysInUse());
    }
}
