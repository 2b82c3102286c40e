/** Joins a plain connection and a wire connection. Not API. */
@NullMarked
package io.saltunnel.netty.internal.relay;

import org.jspecify.annotations.NullMarked;
