package io.saltunnel.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SupervisorTest {

    private final List<String> told = new ArrayList<>();
    private final AtomicLong open = new AtomicLong();
    private final Supervisor manager = manager();

    /** One that refreshes the status only when the test says so. */
    private Supervisor manager() {
        Notifier notifier = told::add;
        return new Supervisor(notifier, () -> 1234, Optional.empty(), open::get);
    }

    @Test
    void readinessIsToldWithTheOpenConnections() {
        open.set(3);
        manager.ready();
        assertThat(told).containsExactly("READY=1\nSTATUS=3 open");
    }

    @Test
    void theStatusIsToldWhenTheCountChanges() {
        manager.refresh(); // before it is ready
        manager.ready();
        manager.refresh();
        open.set(12);
        manager.refresh();
        manager.refresh();
        assertThat(told).containsExactly("READY=1\nSTATUS=0 open", "STATUS=12 open");
    }

    @Test
    void aReloadIsToldFromItsBeginToItsEnd() {
        manager.ready();
        manager.reloading();
        open.set(1);
        manager.refresh();
        manager.reloaded(List.of());
        assertThat(told.subList(1, told.size()))
                .containsExactly("RELOADING=1\nMONOTONIC_USEC=1234", "READY=1\nSTATUS=1 open");
    }

    @Test
    void aFailedReloadIsInTheStatusUntilTheNextOne() {
        manager.ready();
        manager.reloading();
        manager.reloaded(List.of("a.toml:1:2: first\nline" + "x".repeat(5000), "second"));
        String failed = told.get(2);
        assertThat(failed).startsWith("READY=1\nSTATUS=0 open, not reloaded: a.toml:1:2: first?linexxx");
        assertThat(failed).hasSizeLessThan(600).doesNotContain("second");
        manager.reloading();
        manager.reloaded(List.of());
        assertThat(told.get(4)).isEqualTo("READY=1\nSTATUS=0 open");
    }

    @Test
    void nothingButTheCountFollowsTheStop() {
        open.set(2);
        manager.ready();
        manager.stopping();
        manager.stopping();
        manager.ready();
        manager.reloading();
        manager.reloaded(List.of("late"));
        open.set(1);
        manager.refresh();
        assertThat(told)
                .containsExactly(
                        "READY=1\nSTATUS=2 open", "STOPPING=1\nSTATUS=2 open, stopping", "STATUS=1 open, stopping");
    }

    @Test
    void aReloadDuringTheStartIsNotTold() {
        manager.reloading();
        manager.reloaded(List.of());
        assertThat(told).isEmpty();
    }

    @Test
    void aStopDuringAReloadIsFinal() {
        manager.ready();
        manager.reloading();
        manager.stopping();
        manager.reloaded(List.of());
        assertThat(told).last().isEqualTo("STOPPING=1\nSTATUS=0 open, stopping");
    }

    @Test
    void withoutAServiceManagerNothingIsAsked() {
        try (Supervisor none = Supervisor.none(() -> {
            throw new AssertionError("asked");
        })) {
            none.begin(CompletableFuture::new);
            none.ready();
            none.reloading();
            none.reloaded(List.of());
            none.stopping();
        }
    }
}
