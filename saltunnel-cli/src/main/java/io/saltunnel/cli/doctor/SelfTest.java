package io.saltunnel.cli.doctor;

import io.saltunnel.core.crypto.Poly1305;
import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.random.RandomSource;
import java.util.List;
import java.util.Optional;

/**
 * The checks of this program's own cryptography: against Tink where Tink has the same function, otherwise against
 * published vectors. They find a build, a virtual machine or a processor that computes wrongly. They need neither
 * network nor files, and take a fraction of a second.
 */
public final class SelfTest {

    private SelfTest() {}

    /** Returns the checks in order: later ones rely on earlier ones. */
    public static List<Check> checks() {
        return List.of(
                check("X25519", new X25519Check(X25519::publicKey, X25519::sharedSecret)::look),
                check("Poly1305", new Poly1305Check(Poly1305::tag)::look),
                check("Salsa20", new Salsa20Check(Salsa20::keystream)::look),
                check("chunk ciphers", ChunkCipherCheck::ofAllKernels),
                check("randomness", new RandomnessCheck(RandomSource.system())::look));
    }

    /** Runs the checks up to the first that fails, and returns its line. */
    public static Optional<String> firstFailure() {
        for (Check check : checks()) {
            Finding finding = check.run();
            if (finding.verdict() == Finding.Verdict.FAILED) {
                return Optional.of(check.name() + ": " + finding.text());
            }
        }
        return Optional.empty();
    }

    private static Check check(String name, Check.Look look) {
        return new Check(name, look, Finding.DO_NOT_USE);
    }
}
