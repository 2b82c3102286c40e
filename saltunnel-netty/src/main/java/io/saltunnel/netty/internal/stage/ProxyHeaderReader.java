package io.saltunnel.netty.internal.stage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one PROXY protocol header of version 1 or 2 with Netty's decoder.
 *
 * <p>The decoder runs in a channel of its own. In the connection's pipeline, it would close a connection that it
 * refuses, which tells a stranger what a server expects, and it would pass on the data behind the header before a
 * handler asks for it. For the event loop of the connection.
 */
final class ProxyHeaderReader implements AutoCloseable {
    /** The most bytes of version 2's extensions, which mean nothing here. Real headers have a few hundred. */
    static final int MAX_EXTENSION_BYTES = 4096;

    /**
     * The addresses in a header.
     *
     * @param peer the address of the connecting side
     * @param local the address that it has connected to
     */
    record Addresses(InetSocketAddress peer, InetSocketAddress local) {}

    /**
     * A complete header.
     *
     * @param addresses empty if it names none: the connection is the proxy's own, or of a kind without such addresses
     * @param rest what came behind the header; the caller's to release; null if nothing did
     */
    record Header(Optional<Addresses> addresses, @Nullable ByteBuf rest) {}

    private final EmbeddedChannel decoder = new EmbeddedChannel(new HAProxyMessageDecoder(MAX_EXTENSION_BYTES));

    /**
     * A reader that has read nothing.
     *
     * @param allocator makes the buffers in which pieces are merged
     */
    ProxyHeaderReader(ByteBufAllocator allocator) {
        decoder.config().setAllocator(allocator);
    }

    /**
     * Reads on.
     *
     * @param bytes the next bytes of the connection; released, or the rest of the header
     * @return the header, once it is complete
     * @throws ProxyHeaderException if this is no such header
     */
    Optional<Header> read(ByteBuf bytes) throws ProxyHeaderException {
        try {
            decoder.writeInbound(bytes);
        } catch (DecoderException e) { // its message may quote the peer's bytes
            throw invalid();
        }
        HAProxyMessage message = decoder.readInbound();
        if (message == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Header(addresses(message), decoder.readInbound()));
        } finally {
            message.release();
        }
    }

    private static Optional<Addresses> addresses(HAProxyMessage message) throws ProxyHeaderException {
        return switch (message.proxiedProtocol()) {
            case TCP4, TCP6 ->
                Optional.of(new Addresses(
                        address(message.sourceAddress(), message.sourcePort()),
                        address(message.destinationAddress(), message.destinationPort())));
            default -> Optional.empty();
        };
    }

    private static InetSocketAddress address(String host, int port) throws ProxyHeaderException {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            throw invalid();
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) { // of another length; never happens
            throw invalid();
        }
    }

    private static ProxyHeaderException invalid() {
        return new ProxyHeaderException("no valid PROXY protocol header");
    }

    /** Releases what is held. */
    @Override
    public void close() {
        decoder.close();
        decoder.releaseInbound();
    }
}
