package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockedRegionTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 65_536, 1_000_000})
    void isZeroedWholePagesThatCanBeWritten(int bytes) {
        try (LockedRegion region = LockedRegion.map(bytes)) {
            ByteBuffer buffer = region.buffer();
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(buffer.capacity()).isGreaterThanOrEqualTo(bytes);
            assertThat(buffer.capacity() % 4096).isZero();
            assertThat(ConstantTime.isZero(buffer, 0, buffer.capacity())).isTrue();
            buffer.putLong(0, 0x0123456789abcdefL);
            buffer.put(buffer.capacity() - 1, (byte) 7);
            assertThat(buffer.get(0)).isEqualTo((byte) 0xef);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesSizesOutOfRange(int bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> LockedRegion.map(bytes));
    }

    @Test
    void readsZerosThroughAViewThatOutlivesIt() {
        LockedRegion region = LockedRegion.map(8192);
        ByteBuffer view = region.buffer().slice(4000, 4000);
        view.putLong(96, -1);
        region.close();
        region.close();
        assertThat(ConstantTime.isZero(view, 0, view.capacity())).isTrue();
        assertThat(region.locked()).isFalse();
        view.put(0, (byte) 1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isLockedLeftOutOfDumpsAndNotForked() throws IOException {
        try (LockedRegion region = LockedRegion.map(64 * 1024)) {
            assertThat(region.locked()).isTrue();
            assertThat(KernelView.flagsAt(KernelView.addressOf(region.buffer())).orElseThrow())
                    .contains("lo", "dd", "dc");
        }
    }
}
