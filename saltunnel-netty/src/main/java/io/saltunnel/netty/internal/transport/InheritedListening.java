package io.saltunnel.netty.internal.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.InheritedSocket;
import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a socket of the service manager, which keeps it open. So connections that are not accepted any more wait
 * in the system's queue for the next tunnel that listens there, in this process or after its restart.
 */
public final class InheritedListening implements Listening {
    private static final AttributeKey<UnixPath> PATH = AttributeKey.valueOf(InheritedListening.class, "path");

    private final InheritedSocket endpoint;
    private final InheritedSockets sockets;
    private final SocketTransport transport;
    private final int descriptor;
    private boolean claimed;

    /**
     * Finds the socket, and takes nothing yet.
     *
     * @param endpoint its name
     * @param transport has to listen there
     * @throws IllegalStateException if there is no such socket, with a message for the user
     * @throws UnsupportedOperationException if the transport can't listen on a socket that exists already
     */
    public InheritedListening(InheritedSocket endpoint, SocketTransport transport) {
        this(endpoint, transport, InheritedSockets.ofProcess());
    }

    InheritedListening(InheritedSocket endpoint, SocketTransport transport, InheritedSockets sockets) {
        this.endpoint = endpoint;
        this.transport = transport;
        this.sockets = sockets;
        transport.checkCanListenOn(endpoint);
        this.descriptor = sockets.find(endpoint);
    }

    /** The path of a listening channel's socket; null if it has none, or isn't a socket of the service manager. */
    static @Nullable UnixPath pathOf(Channel listener) {
        return listener.attr(PATH).get();
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isUnix() {
        return InheritedSockets.isUnix(descriptor);
    }

    @Override
    public boolean outlivesTunnel() {
        return true;
    }

    /**
     * Registers a channel that listens already. It accepts nothing until {@link #opened}, because Netty adds the handler
     * of accepted connections later.
     */
    @Override
    public ChannelFuture listen(ServerBootstrap bootstrap) throws IOException {
        int duplicate = sockets.claim(endpoint, descriptor);
        claimed = true;
        boolean unix = isUnix();
        return bootstrap
                .channelFactory(() -> transport.listenerOn(duplicate, unix))
                .option(ChannelOption.AUTO_READ, false)
                .register();
    }

    @Override
    public Endpoint opened(Channel listener) {
        listener.closeFuture().addListener(closed -> abandon());
        Endpoint address = isUnix() ? pathOr(listener) : HostAndPort.of((InetSocketAddress) listener.localAddress());
        listener.eventLoop().execute(() -> listener.config().setAutoRead(true));
        return address;
    }

    /** Returns the path, or the name if the socket has no file. */
    private Endpoint pathOr(Channel listener) {
        DomainSocketAddress bound = ((Socket) ((UnixChannel) listener).fd()).localDomainSocketAddress();
        try {
            UnixPath path = new UnixPath(bound.path());
            listener.attr(PATH).set(path);
            return path;
        } catch (IllegalArgumentException e) {
            return endpoint;
        }
    }

    @Override
    public synchronized void abandon() {
        if (claimed) {
            claimed = false;
            sockets.release(descriptor);
        }
    }
}
