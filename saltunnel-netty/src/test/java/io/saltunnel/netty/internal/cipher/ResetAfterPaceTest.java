package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: the reset of a paced connection waits for what was written, not for padding that never ends. */
class ResetAfterPaceTest {
    private final ShapedPair pair = new ShapedPair(TrafficShape.paced(64_000));

    @AfterEach
    void nothingIsLeft() {
        pair.close();
    }

    @Test
    void nothingIsSentBehindTheLastDataBeforeAReset() {
        pair.sender.writeAndFlush(Unpooled.directBuffer().writeZero(2000));
        assertThat(pair.ticks(10)).containsExactly(1, 1, 1, 2, 1, 1, 1, 2, 1, 1);
        assertThat(pair.received()).hasSize(2000);
        Abort.resetFollows(pair.sender);
        assertThat(pair.pass(Duration.ofSeconds(2))).isZero();
        assertThat(pair.ticks(200)).containsOnly(0);
    }
}
