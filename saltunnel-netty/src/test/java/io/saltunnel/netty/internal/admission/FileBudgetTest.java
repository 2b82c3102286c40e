package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileBudgetTest {
    private final List<FileBudget.Room> rooms = new ArrayList<>();

    @Test
    void saysNothingWhereThereIsRoomForEverybody() {
        assertThat(FileBudget.shortage(100, 128, 0, 456)).isEmpty();
        assertThat(FileBudget.shortage(100, 0, 0, 328)).isEmpty();
        assertThat(FileBudget.shortage(1_000_000_000, 5000, 0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void saysWhatIsWantedAndAllowedAndHowToRaiseIt() {
        assertThat(FileBudget.shortage(100, 0, 0, 327).orElseThrow())
                .startsWith("100 connections at once, of two open files each and 128 files of the program's own take"
                        + " 328 open files, and 327 are allowed")
                .contains("`ulimit -n 328`", "LimitNOFILE=328", "--ulimit nofile=328", "lower maxConnections")
                .doesNotContain("\n");
        assertThat(FileBudget.shortage(100, 128, 0, 455).orElseThrow())
                .contains("128 connections that have not proved the key or wait", "take 456 open files");
    }

    @Test
    void saysEveryPartOfAShortageOnce() {
        assertThat(FileBudget.shortage(100, 128, 200, 655).orElseThrow())
                .startsWith(
                        "100 connections at once, of two open files each, 128 connections that have not proved the key"
                                + " or wait, 200 files of the other tunnels and 128 files of the program's own take 656 open files");
        assertThat(FileBudget.shortage(100, 0, 200, 527).orElseThrow())
                .startsWith(
                        "100 connections at once, of two open files each, 200 files of the other tunnels and 128 files")
                .doesNotContain(",,");
    }

    @Test
    void aServerAloneHasHalfOfWhatIsLeftForStrangersAndAQuarterForThoseThatWait() {
        FileBudget.Share share = new FileBudget(10_128).newShare();
        assertThat(take(share, 1000, 0)).isEmpty();
        assertThat(rooms).containsExactly(new FileBudget.Room(4000, 2000));
    }

    @Test
    void whatIsLeftIsDividedEvenlyWhoeverCameFirst() {
        FileBudget files = new FileBudget(20_000);
        List<FileBudget.Share> shares = new ArrayList<>();
        Map<Integer, FileBudget.Room> latest = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            int server = i;
            FileBudget.Share share = files.newShare();
            shares.add(share);
            assertThat(share.take(100, 0, room -> latest.put(server, room)))
                    .as("server " + i)
                    .isEmpty();
        }
        assertThat(latest)
                .hasSize(50)
                .allSatisfy((server, room) -> assertThat(room).isEqualTo(new FileBudget.Room(98, 64)));
        shares.subList(1, 50).forEach(FileBudget.Share::giveBack);
        assertThat(latest).containsEntry(0, new FileBudget.Room(4096, 4096));
    }

    @Test
    void aClientTakesFromTheRoomOfServers() {
        FileBudget files = new FileBudget(10_128);
        take(files.newShare(), 1000, 0);
        FileBudget.Share client = files.newShare();
        assertThat(client.take(2000)).isEmpty();
        client.giveBack();
        client.giveBack();
        assertThat(rooms)
                .containsExactly(
                        new FileBudget.Room(4000, 2000),
                        new FileBudget.Room(2000, 1000),
                        new FileBudget.Room(4000, 2000));
    }

    @Test
    void aNumberThatAServerWasToldStays() {
        FileBudget files = new FileBudget(2128);
        take(files.newShare(), 100, 800);
        assertThat(files.newShare().take(400)).isEmpty();
        assertThat(rooms).containsExactly(new FileBudget.Room(800, 250), new FileBudget.Room(800, 64));
    }

    @Test
    void saysThatThereIsNoRoomForATunnelMore() {
        FileBudget files = new FileBudget(10_128);
        take(files.newShare(), 1000, 0);
        assertThat(files.newShare().take(4000).orElseThrow())
                .contains("2128 files of the other tunnels", "take 10256 open files, and 10128 are allowed");
    }

    private Optional<String> take(FileBudget.Share share, int maxTunnels, int maxUnauthenticated) {
        return share.take(maxTunnels, maxUnauthenticated, rooms::add);
    }
}
