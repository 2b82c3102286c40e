/** The outcome of a handshake: the events in the pipeline, and the typed failure. */
@NullMarked
package io.saltunnel.netty.handshake;

import org.jspecify.annotations.NullMarked;
