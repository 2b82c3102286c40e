package io.saltunnel.netty.internal.stage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one PROXY protocol header of version 1 or 2 with Netty's decoder.
 *
 * <p>The decoder runs in its own channel. In the connection's pipeline, it would close a connection that it refuses,
 * which would tell a stranger what the server expects. It would also pass on the data after the header before a handler
 * asks for it. The decoder gets copies of the header's bytes in ordinary memory, about 4 KiB at most, so that peers
 * that stop in the middle of a header hold no locked memory. The data after the header stays in the buffer that it was
 * read into. Only for the event loop of the connection.
 */
final class ProxyHeaderReader implements AutoCloseable {
    /** The most bytes of version 2's extensions, which are ignored. Real headers have a few hundred. */
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
     * @param addresses empty if the header names none, because the connection is the proxy's own, or of a kind without
     *     such addresses
     * @param rest the data after the header, which the caller releases; null if there is none
     */
    record Header(Optional<Addresses> addresses, @Nullable ByteBuf rest) {}

    /** The first byte of version 2. A text of version 1 begins with a letter. */
    private static final byte BINARY = 0x0d;

    /** The fixed part of version 2, which ends with the length of the rest. */
    private static final int BINARY_HEAD_BYTES = 16;

    /** The most bytes of a line that the decoder gets at once. It refuses a longer line. */
    private static final int MAX_LINE_BYTES = 128;

    private final EmbeddedChannel decoder = new EmbeddedChannel(new HAProxyMessageDecoder(MAX_EXTENSION_BYTES));

    /** The beginning of version 2, as far as it has been read. */
    private final byte[] head = new byte[BINARY_HEAD_BYTES];

    private int seen;

    /** A reader that has read nothing. */
    ProxyHeaderReader() {
        decoder.config().setAllocator(UnpooledByteBufAllocator.DEFAULT);
    }

    /**
     * Reads more of the header.
     *
     * @param bytes the next bytes of the connection; released, unless they are the {@linkplain Header#rest() rest} of
     *     the result
     * @return the header, once it is complete
     * @throws ProxyHeaderException if this is no valid header
     */
    Optional<Header> read(ByteBuf bytes) throws ProxyHeaderException {
        HAProxyMessage message = null;
        boolean kept = false;
        try {
            while (message == null && bytes.isReadable()) {
                decoder.writeInbound(nextPiece(bytes));
                message = decoder.readInbound();
            }
            if (message == null) {
                return Optional.empty();
            }
            kept = bytes.isReadable();
            return Optional.of(new Header(addresses(message), kept ? bytes : null));
        } catch (DecoderException e) { // its message may quote the peer's bytes
            throw invalid();
        } catch (ProxyHeaderException e) {
            kept = false;
            throw e;
        } finally {
            ReferenceCountUtil.release(message);
            if (!kept) {
                bytes.release();
            }
        }
    }

    /** Copies the next bytes, at least one, that belong to the header regardless of what follows them. */
    private ByteBuf nextPiece(ByteBuf bytes) {
        byte first = seen == 0 ? bytes.getByte(bytes.readerIndex()) : head[0];
        byte[] piece = new byte[first == BINARY ? binaryPiece(bytes) : textPiece(bytes)];
        bytes.readBytes(piece);
        if (seen < BINARY_HEAD_BYTES) {
            System.arraycopy(piece, 0, head, seen, Math.min(piece.length, BINARY_HEAD_BYTES - seen));
        }
        seen += piece.length;
        return Unpooled.wrappedBuffer(piece);
    }

    private int binaryPiece(ByteBuf bytes) {
        int length = (head[BINARY_HEAD_BYTES - 2] & 0xff) << 8 | head[BINARY_HEAD_BYTES - 1] & 0xff;
        int wanted = seen < BINARY_HEAD_BYTES ? BINARY_HEAD_BYTES - seen : BINARY_HEAD_BYTES + length - seen;
        return Math.max(1, Math.min(bytes.readableBytes(), wanted));
    }

    private static int textPiece(ByteBuf bytes) {
        int lineEnd = bytes.bytesBefore((byte) '\n');
        return Math.min(lineEnd < 0 ? bytes.readableBytes() : lineEnd + 1, MAX_LINE_BYTES);
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

    /** Releases what the decoder holds. */
    @Override
    public void close() {
        decoder.close();
        decoder.releaseInbound();
    }
}
