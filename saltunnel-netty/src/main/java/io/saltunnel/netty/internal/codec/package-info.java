/** Cuts the wire into frames. Not API. */
@NullMarked
package io.saltunnel.netty.internal.codec;

import org.jspecify.annotations.NullMarked;
