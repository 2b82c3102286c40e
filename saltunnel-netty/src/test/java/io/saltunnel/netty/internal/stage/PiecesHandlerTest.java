package io.saltunnel.netty.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages cut for a shaper. */
class PiecesHandlerTest {
    private static final int PIECE = 100;

    private final EmbeddedChannel channel = new EmbeddedChannel(new PiecesHandler(() -> PIECE));

    @Test
    void cutsWhatIsLargerThanAPiece() {
        ByteBuf message = Unpooled.buffer();
        for (int i = 0; i < 250; i++) {
            message.writeByte(i);
        }
        ChannelFuture written = channel.writeAndFlush(message);
        assertThat(written.isSuccess()).isTrue();

        List<Integer> sizes = new ArrayList<>();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            sizes.add(piece.readableBytes());
            all.writeBytes(piece);
            piece.release();
        }
        assertThat(sizes).containsExactly(100, 100, 50);
        for (int i = 0; i < 250; i++) {
            assertThat(all.readUnsignedByte()).isEqualTo((short) i);
        }
        assertThat(message.refCnt()).isZero();
    }

    @Test
    void leavesTheRestAsItIs() {
        ByteBuf whole = Unpooled.buffer().writeZero(PIECE);
        channel.writeOutbound(whole, Unpooled.EMPTY_BUFFER, "no buffer");
        assertThat(channel.<Object>readOutbound()).isSameAs(whole);
        assertThat(channel.<Object>readOutbound()).isSameAs(Unpooled.EMPTY_BUFFER);
        assertThat(channel.<Object>readOutbound()).isEqualTo("no buffer");
        whole.release();
    }
}
