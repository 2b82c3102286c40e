package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbesTest {

    private final SampleProcess process = new SampleProcess();
    private final List<CompletableFuture<Optional<String>>> asked = new ArrayList<>();
    private final Probes probes = new Probes(process, this::ask, () -> process.nanos);

    private final LongTermKey key = LongTermKey.random();

    @BeforeEach
    void giveContacts() {
        process.contacts = tunnel -> Optional.of(new ServerContact(List.of(), SaltunnelHandlers.client(key), () -> {}));
    }

    @AfterEach
    void closeKey() {
        key.close();
    }

    private CompletableFuture<Optional<String>> ask(ServerContact contact) {
        asked.add(new CompletableFuture<>());
        return asked.get(asked.size() - 1);
    }

    @Test
    void readyIfAllTunnelsListen() {
        assertThat(shown(probes.ready())).isEqualTo("200 ok\n");
    }

    @Test
    void notReadyBeforeTheStartAndFromTheStopOn() {
        process.phase = ProcessView.Phase.STARTING;
        assertThat(shown(probes.ready())).isEqualTo("503 starting\n");
        process.phase = ProcessView.Phase.DRAINING;
        assertThat(shown(probes.ready())).isEqualTo("503 draining\n");
        assertThat(shown(probes.live())).isEqualTo("200 ok\n");
    }

    @Test
    void notReadyWithoutAStoreOfReplaysThatIsNeeded() {
        process.replays = Optional.of(new ReplayMemoryView(Optional.of("connection refused"), true));
        assertThat(shown(probes.ready())).isEqualTo("503 the store of replays can't be asked: connection refused\n");
        process.replays = Optional.of(new ReplayMemoryView(Optional.of("connection refused"), false));
        assertThat(shown(probes.ready())).isEqualTo("200 ok\n");
        process.replays = Optional.of(new ReplayMemoryView(Optional.empty(), true));
        assertThat(shown(probes.ready())).isEqualTo("200 ok\n");
    }

    @Test
    void notReadyIfATunnelDoesntListen() {
        process.listening = false;
        assertThat(shown(probes.ready())).isEqualTo("503 tunnel web: not listening\ntunnel database: not listening\n");
    }

    @Test
    void deeplyReadyWithoutAskingWhileTheServerHasProvedTheKeyLately() {
        process.webProof.proved(1);
        assertThat(deep()).isEqualTo("200 ok\n");
        process.nanos = Probes.PROOF_LIFE.toNanos();
        assertThat(deep()).isEqualTo("200 ok\n");
        assertThat(asked).isEmpty();
    }

    @Test
    void asksTheServerOfAnIdleClientAndRemembersItsProof() {
        CompletableFuture<Answer> answer = probes.deeplyReady();
        assertThat(answer).isNotDone();
        asked.get(0).complete(Optional.empty());
        assertThat(shown(answer.join())).isEqualTo("200 ok\n");
        process.nanos = Probes.PROOF_LIFE.toNanos();
        assertThat(deep()).isEqualTo("200 ok\n");
        assertThat(asked).hasSize(1);
        process.nanos = Probes.PROOF_LIFE.toNanos() + 1;
        probes.deeplyReady();
        assertThat(asked).hasSize(2);
    }

    @Test
    void asksAServerOnceAtATimeAndNotAgainAtOnce() {
        CompletableFuture<Answer> first = probes.deeplyReady();
        process.nanos = Probes.ASK_PERIOD.toNanos() * 2;
        CompletableFuture<Answer> second = probes.deeplyReady();
        assertThat(asked).hasSize(1);
        asked.get(0).complete(Optional.of("refused"));
        String fault = "503 tunnel web: its server has not proved the key within the last 30 s: refused\n";
        assertThat(shown(first.join())).isEqualTo(fault);
        assertThat(shown(second.join())).isEqualTo(fault);
        probes.deeplyReady();
        assertThat(asked).hasSize(2);
        asked.get(1).complete(Optional.of("refused"));
        assertThat(deep()).isEqualTo(fault);
        assertThat(asked).hasSize(2);
        process.nanos = Probes.ASK_PERIOD.toNanos() * 3;
        probes.deeplyReady();
        assertThat(asked).hasSize(3);
    }

    /** A reload with another server, or a name that another tunnel had. */
    @Test
    void otherSettingsInheritNeitherAProofNorAnAnswer() {
        process.webProof.proved(1);
        process.webProof = new LastProof(() -> process.nanos);
        assertThat(deep()).startsWith("202 ");
        asked.get(0).complete(Optional.of("refused"));
        process.webProof = new LastProof(() -> process.nanos);
        assertThat(deep()).startsWith("202 ");
        assertThat(asked).hasSize(2);
    }

    @Test
    void asksNoServerOfAProcessThatIsNotReadyAnyway() {
        process.phase = ProcessView.Phase.DRAINING;
        assertThat(deep()).isEqualTo("503 draining\n");
        assertThat(asked).isEmpty();
    }

    private String deep() {
        return shown(probes.deeplyReady().getNow(Answer.refusal(HttpResponseStatus.ACCEPTED, "not answered")));
    }

    private static String shown(Answer answer) {
        return answer.status().code() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }
}
