package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the system reports about UNIX domain sockets that aren't being read. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO"})
class SocketErrorsTest {
    @TempDir
    Path directory;

    private final Transport transport;

    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private Channel connection;
    private SocketChannel peer;

    SocketErrorsTest(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void connect() throws IOException {
        DomainSockets sockets = DomainSockets.valueOf(transport.name());
        Path path = directory.resolve("s");
        loops = transport.newEventLoops(1, new DefaultThreadFactory("test"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            connection = new Bootstrap()
                    .group(loops)
                    .channelFactory(sockets::newSocket)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(ReadOnDemandHandler.forPlainSide(), new Failures());
                        }
                    })
                    .connect(sockets.address(path.toString()))
                    .syncUninterruptibly()
                    .channel();
            SocketOptions.allowHalfClosure(connection);
            peer = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        connection.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private boolean isPending() throws Exception {
        return loops.next().submit(() -> SocketErrors.isPending(connection)).get();
    }

    @Test
    void aPeerThatHasClosedInOrderIsNoFailure() throws Exception {
        peer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        peer.close();
        assertThat(isPending()).isFalse();
    }

    /** On NIO the system can't be asked: the next write shows it. */
    @Test
    void aPeerThatIsGoneWithoutReadingIsAFailure() throws Exception {
        connection.writeAndFlush(connection.alloc().buffer().writeByte(1)).syncUninterruptibly();
        peer.close();
        if (transport == Transport.NIO) {
            assertThat(isPending()).isFalse();
        } else {
            assertThat(failures.take()).isInstanceOf(IOException.class);
        }
    }

    private final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause);
        }
    }
}
