package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryLockStatusTest {

    @Test
    void hasNoAdviceWhenEverythingIsLocked() {
        MemoryLockStatus status = MemoryLockStatus.of(4096, 0);
        assertThat(status.allLocked()).isTrue();
        assertThat(status.advice()).isEmpty();
    }

    @Test
    void saysHowMuchIsWantedAndHowToRaiseTheLimit() {
        MemoryLockStatus status = MemoryLockStatus.of(65_536, 65_537);
        assertThat(status.allLocked()).isFalse();
        assertThat(status.advice().orElseThrow())
                .contains("131073 bytes are wanted", "ulimit -l 129", "LimitMEMLOCK=131073", "--ulimit memlock=131073")
                .doesNotContain("\n");
    }

    @Test
    void saysHowMuchIsAllowed() {
        MemoryLockStatus status = MemoryLockStatus.of(0, 1);
        assertThat(status.advice().orElseThrow())
                .contains(
                        status.limitBytes() == MemoryLockStatus.NO_LIMIT
                                ? "the system refused"
                                : status.limitBytes() + " are allowed");
    }
}
