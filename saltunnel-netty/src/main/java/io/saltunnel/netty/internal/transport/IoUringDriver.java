package io.saltunnel.netty.internal.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Optional;

/**
 * Netty's io_uring, configured to poll for each event separately.
 *
 * <p>Netty (at least 4.2.18) may lose a FIN or a reset that arrives during a read, if it polls for all such events at
 * once (multi-shot) and {@code autoRead} is off. So this sets Netty's own system property to make it poll each time. If
 * the property has another value, or Netty's io_uring was in use before, there are no event loops and no tunnels.
 */
final class IoUringDriver implements SocketDriver {
    private static final String MULTI_SHOT_POLL = "io.netty.iouring.pollAddMultishotEnabled";

    @Override
    public boolean loads() {
        pollEachTime();
        return IoUring.isAvailable();
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        pollEachTime();
        fault().ifPresent(fault -> {
            throw new IllegalStateException(fault);
        });
        return IoUringIoHandler.newFactory();
    }

    @Override
    public Class<? extends ServerSocketChannel> serverChannel() {
        return IoUringServerSocketChannel.class;
    }

    @Override
    public Class<? extends SocketChannel> socketChannel() {
        return IoUringSocketChannel.class;
    }

    @Override
    public SocketChannel newSocket() {
        return new IoUringSocketChannel();
    }

    @Override
    public boolean drives(IoEventLoop loop) {
        return loop.isCompatible(IoUringIoHandle.class);
    }

    @Override
    public Optional<String> objectionTo(IoEventLoop loop) {
        return fault();
    }

    private static void pollEachTime() {
        if (System.getProperty(MULTI_SHOT_POLL) == null) {
            System.setProperty(MULTI_SHOT_POLL, "false");
        }
    }

    private static Optional<String> fault() {
        return IoUring.isPollAddMultishotEnabled()
                ? Optional.of("Netty's io_uring was started with multi-shot polls, which lose ends of streams;"
                        + " start Java with -D" + MULTI_SHOT_POLL + "=false, or make the first such event loops of"
                        + " the process with Transport.IO_URING.newEventLoops")
                : Optional.empty();
    }
}
