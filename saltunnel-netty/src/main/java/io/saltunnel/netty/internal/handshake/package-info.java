/** Proves the key in the pipeline, then makes room for the cipher. Not API. */
@NullMarked
package io.saltunnel.netty.internal.handshake;

import org.jspecify.annotations.NullMarked;
