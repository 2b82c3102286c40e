package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Goal: a scan that finds nothing is meaningful, because scans find what is there. */
@EnabledOnOs(OS.LINUX)
class MemoryScanIT {

    @Test
    void findsWhatAProcessKeeps() throws Exception {
        byte[] kept = Mark.random("kept", 40).bytes();
        ProcessBuilder hoarder = new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                HoarderProcess.class.getName(),
                HexFormat.of().formatHex(kept));
        try (ScannedProcess process = ScannedProcess.start(hoarder)) {
            process.awaitLine("ready"::equals);
            Needles needles = new Needles()
                    .add("all", kept)
                    .add("other", Mark.random("other", 32).bytes());
            MemoryScan scan = MemoryScan.of(process.pid(), needles);
            assertThat(scan.finds()).as("%s", scan).hasSizeGreaterThanOrEqualTo(2);
            assertThat(scan.finds()).allSatisfy(find -> {
                assertThat(find.needle()).isEqualTo("all");
                assertThat(find.mapping().lockedAway()).isFalse();
            });
        }
    }

    @Test
    void findsEveryPieceOfSixteenBytesAtEveryAddress() {
        byte[] mark = withoutZeros(Mark.random("mark", 64).bytes());
        byte[] key = withoutZeros(Mark.random("key", 32).bytes());
        Needles needles = new Needles().addCyclic("mark", mark).add("key", key);
        for (int from = 0; from < mark.length; from++) {
            byte[] piece = new byte[16];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = mark[(from + i) % mark.length];
            }
            assertFound(needles, piece, from % 11, "mark");
            assertThat(needles.findIn(Arrays.copyOf(piece, 15), 15)).isEmpty();
        }
        for (int from = 0; from <= 16; from++) {
            assertFound(needles, Arrays.copyOfRange(key, from, from + 16), from % 7, "key");
        }
    }

    @Test
    void findsEveryWordOfEightBytesWhereWordsCount() {
        byte[] key = withoutZeros(Mark.random("key", 32).bytes());
        Needles needles = Needles.ofWords().add("key", key);
        for (int from = 0; from < key.length; from += 8) {
            byte[] memory = new byte[24];
            System.arraycopy(key, from, memory, 7, 8);
            assertThat(needles.findIn(memory, memory.length)).isEqualTo(List.of(new Needles.Piece("key", 7, 8)));
        }
    }

    /** So that the zeros around a piece can't count as more of it. */
    private static byte[] withoutZeros(byte[] random) {
        byte[] bytes = random.clone();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                bytes[i] = 1;
            }
        }
        return bytes;
    }

    private static void assertFound(Needles needles, byte[] piece, int at, String name) {
        byte[] memory = new byte[64];
        System.arraycopy(piece, 0, memory, at, piece.length);
        assertThat(needles.findIn(memory, memory.length)).isEqualTo(List.of(new Needles.Piece(name, at, 16)));
    }
}
