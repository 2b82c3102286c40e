/** The handshake in the pipeline: proves the key, then is replaced by the cipher. Not API. */
@NullMarked
package io.saltunnel.netty.internal.handshake;

import org.jspecify.annotations.NullMarked;
