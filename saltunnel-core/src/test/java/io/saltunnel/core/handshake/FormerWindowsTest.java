package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The windows of keys that are gone, and their bounds. */
class FormerWindowsTest {

    private static final long NOW = 1_700_000_000;

    private final FormerWindows<ReplayWindow> windows =
            new FormerWindows<>(ReplayWindow::size, ReplayWindow::forgetUntil);

    private static ReplayWindow empty() {
        return new ReplayWindow(NOW - 1000, 100);
    }

    private ReplayWindow window(String key, int nonces) throws HandshakeException {
        ReplayWindow window = windows.request(key, FormerWindowsTest::empty);
        for (int i = 0; i < nonces; i++) {
            window.admit(NOW, NOW - 100 + i, nonce(i), 0);
        }
        return window;
    }

    private static ByteBuffer nonce(int number) {
        return ByteBuffer.allocate(24).putInt(0, number);
    }

    @Test
    void theLeastRecentlyRequestedForgetsFirstAndAdmitsNothingAgain() throws HandshakeException {
        ReplayWindow oldest = window("a", 10);
        ReplayWindow newer = window("b", 10);
        ReplayWindow used = window("c", 50);
        windows.bound(Set.of(used), 20);
        assertThat(oldest.size() + newer.size()).isEqualTo(20);
        windows.bound(Set.of(used), 13);
        assertThat(oldest.size()).isEqualTo(3);
        assertThat(newer.size()).isEqualTo(10);
        assertThat(used.size()).isEqualTo(50);
        for (int i = 0; i < 10; i++) {
            int number = i;
            assertThatExceptionOfType(HandshakeException.class)
                    .isThrownBy(() -> oldest.admit(NOW, NOW - 100 + number, nonce(number), 0));
        }
        windows.bound(Set.of(used), 1);
        assertThat(oldest.size()).isZero();
        assertThat(newer.size()).isEqualTo(1);
        assertThat(newer.floor()).isEqualTo(NOW - 100 + 9);
        assertThat(windows.request("a", FormerWindowsTest::empty)).isSameAs(oldest);
    }

    @Test
    void onlySoManyAreKeptBesideThoseInUse() throws HandshakeException {
        ReplayWindow used = window("used", 1);
        for (int i = 0; i < FormerWindows.MOST + 100; i++) {
            window("key " + i, 0);
        }
        windows.bound(Set.of(used), 100);
        assertThat(windows.count()).isEqualTo(FormerWindows.MOST + 1);
        assertThat(windows.request("used", FormerWindowsTest::empty)).isSameAs(used);
    }
}
