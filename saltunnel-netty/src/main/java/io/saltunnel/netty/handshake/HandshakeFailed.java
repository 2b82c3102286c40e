package io.saltunnel.netty.handshake;

import java.net.SocketAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Fired through the pipeline, once, on the channel's event loop, when the handshake can't succeed any more. No
 * plaintext follows it. The writes that waited for the handshake fail after it. Immutable: any thread may read it.
 *
 * <p>A handler that logs the outcome:
 *
 * {@snippet lang="java" :
 * @Override
 * public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
 *     if (event instanceof HandshakeCompleted) {
 *         log.add("the other side knows the key");
 *     } else if (event instanceof HandshakeFailed failed) {
 *         log.add(reason(failed.cause()));
 *     }
 *     ctx.fireUserEventTriggered(event);
 * }
 *
 * private static String reason(HandshakeFailedException failure) {
 *     return switch (failure.reason()) {
 *         case REFUSED -> "it has another key, or is no Saltunnel: " + failure.failure();
 *         case CLOSED -> "it ended the connection";
 *         case TIMED_OUT -> "it has not answered in time";
 *         case FAULT -> "a fault of this side: " + failure.getCause();
 *     };
 * }
 * }
 *
 * @param handler the name of the handshake's handler in the pipeline
 * @param peer the address of the other end when the handshake began; null if it never began, or the transport has no
 *     addresses
 * @param clockDifferenceSeconds on a server, the peer's clock minus this machine's, if the peer's hello could be opened
 *     with the key and contained the time; otherwise empty
 * @param cause why, with a typed reason
 */
public record HandshakeFailed(
        String handler,
        @Nullable SocketAddress peer,
        OptionalLong clockDifferenceSeconds,
        HandshakeFailedException cause) {}
