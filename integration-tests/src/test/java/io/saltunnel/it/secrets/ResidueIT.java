package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a change of keys leaves no word of the old key on the stack of its thread, whether the code is interpreted or
 * compiled by either compiler, although nothing overwrites that stack afterwards.
 */
@EnabledOnOs(OS.LINUX)
class ResidueIT {

    @ParameterizedTest
    @ValueSource(strings = {"-XX:TieredStopAtLevel=1 -Xbatch", "-XX:-TieredCompilation -Xbatch", "-Xint"})
    void aChangeLeavesNoWordOfTheOldKey(String compiler) throws Exception {
        byte[] key = Mark.random("key", 32).bytes();
        byte[] mask = Mark.random("mask", 32).bytes();
        byte[] masked = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            masked[i] = (byte) (key[i] ^ mask[i]);
        }
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC"));
        command.addAll(List.of(compiler.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ResidueProcess.class.getName()));
        command.addAll(List.of(HexFormat.of().formatHex(masked), HexFormat.of().formatHex(mask)));
        try (ScannedProcess process = ScannedProcess.start(new ProcessBuilder(command))) {
            process.awaitLine("ready"::equals);
            Needles needles = Needles.ofWords()
                    .add("old key", key)
                    .add("new key", Handshake2.derive("saltunnel 2 rekey", 32, key));
            MemoryScan scan = process.scan(needles);

            assertThat(scan.of("old key")).as("%s", scan).isEmpty();
            assertThat(scan.of("new key")).as("%s", scan).hasSize(1);
        }
    }
}
