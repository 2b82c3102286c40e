package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.secrets.TunnelConnection.Ending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: at the highest verbosity, and for every way in which a connection ends, the program prints no secret in any
 * form.
 */
@EnabledOnOs(OS.LINUX)
@ParameterizedClass
@EnumSource
@Tag("jdk-independent")
class NoSecretsSaidIT {

    private static final int FORM_BYTES = 8;

    @Parameter
    private Version version;

    @ParameterizedTest
    @EnumSource
    void saysNoSecretAtTheHighestVerbosity(Role role) throws Exception {
        List<byte[]> secrets = new ArrayList<>();
        List<String> lines;
        try (Subject subject = Subject.start(role, version, "", "-vv")) {
            secrets.add(subject.key());
            for (Ending ending : Ending.values()) {
                try (TunnelConnection connection = subject.connect()) {
                    secrets.addAll(connection.peer().secrets().values());
                    byte[] toPlain = Mark.random("to plain", 64).bytes();
                    byte[] toPeer = Mark.random("to peer", 64).bytes();
                    secrets.addAll(List.of(toPlain, toPeer));
                    connection.peer().send(toPlain);
                    connection.plain().getOutputStream().write(toPeer);
                    Backlog.skip(connection.plain(), toPlain.length);
                    connection.peer().receive(toPeer.length);
                    ending.happen(connection);
                }
            }
            secrets.addAll(subject.failHandshake().values());
            subject.process().stop();
            lines = subject.process().lines();
        }
        assertThat(lines).hasSizeGreaterThan(Ending.values().length);
        String said = String.join("\n", lines);
        String unseparated = said.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-z]", "");
        for (byte[] secret : secrets) {
            for (int at = 0; at + FORM_BYTES <= secret.length; at++) {
                byte[] piece = Arrays.copyOfRange(secret, at, at + FORM_BYTES);
                assertThat(unseparated).doesNotContain(HexFormat.of().formatHex(piece));
                String decimals = Arrays.toString(piece);
                assertThat(said).doesNotContain(decimals.substring(1, decimals.length() - 1));
            }
            for (int shift = 0; shift < 3; shift++) {
                byte[] piece = Arrays.copyOfRange(secret, shift, shift + 3 * FORM_BYTES);
                assertThat(said).doesNotContain(Base64.getEncoder().encodeToString(piece));
                assertThat(said).doesNotContain(Base64.getUrlEncoder().encodeToString(piece));
            }
        }
    }
}
