/**
 * The handshake, as states that are used once each: {@link ClientHandshake} and {@link ServerHandshake}. The steps C1
 * to S4 that comments here name are those of {@code docs/PROTOCOL.md}.
 *
 * <p>Three kinds of failure are kept apart. A fault of the peer is a {@link HandshakeException}, which a server must
 * expect at any time and which costs little. A caller's mistake is an {@link IllegalStateException} or an
 * {@link IllegalArgumentException}. Anything else is a defect.
 */
@NullMarked
package io.saltunnel.core.handshake;

import org.jspecify.annotations.NullMarked;
