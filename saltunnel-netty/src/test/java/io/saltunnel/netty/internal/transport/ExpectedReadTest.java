package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ServerHi2;
import org.junit.jupiter.api.Test;

/** The size of a read when the size of the next message is known. */
class ExpectedReadTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(ReadOnDemandHandler.forWireSide());

    @SuppressWarnings("deprecation") // Netty defines the return type
    private final RecvByteBufAllocator.Handle reads =
            channel.config().getRecvByteBufAllocator().newHandle();

    @Test
    void aSingleFrameTakesASmallRead() {
        int small = reads.guess();
        ReadOnDemandHandler.expect(channel.pipeline(), Frame.SIZE);
        assertThat(reads.guess()).isEqualTo(small);
    }

    @Test
    void anExpectedMessageFitsIntoOneRead() {
        assertThat(reads.guess()).isLessThan(ServerHi2.SIZE);
        ReadOnDemandHandler.expect(channel.pipeline(), ServerHi2.SIZE);
        assertThat(reads.guess()).isGreaterThanOrEqualTo(ServerHi2.SIZE);
    }

    @Test
    void readsBecomeSmallAgainAfterTheMessage() {
        int small = reads.guess();
        ReadOnDemandHandler.expect(channel.pipeline(), ServerHi2.SIZE);
        read(ServerHi2.SIZE);
        assertThat(reads.guess()).as("after the message").isGreaterThan(small);
        read(Frame.SIZE);
        read(Frame.SIZE);
        assertThat(reads.guess()).as("after two single frames").isEqualTo(small);
    }

    @Test
    void aMessageLargerThanAnyReadTakesTheLargestOne() {
        ReadOnDemandHandler.expect(channel.pipeline(), Integer.MAX_VALUE);
        int largest = reads.guess();
        read(largest);
        assertThat(reads.guess()).isEqualTo(largest);
    }

    @Test
    void aPipelineWithoutTheHandlerIsLeftAlone() {
        EmbeddedChannel other = new EmbeddedChannel();
        @SuppressWarnings("deprecation") // Netty defines the type
        RecvByteBufAllocator before = other.config().getRecvByteBufAllocator();
        ReadOnDemandHandler.expect(other.pipeline(), ServerHi2.SIZE);
        assertThat((Object) other.config().getRecvByteBufAllocator()).isSameAs(before);
    }

    private void read(int bytes) {
        reads.reset(channel.config());
        ByteBuf buffer = reads.allocate(channel.alloc());
        reads.attemptedBytesRead(buffer.writableBytes());
        reads.lastBytesRead(bytes);
        buffer.release();
    }
}
