/** The events, counts and holdings of a tunnel. */
@NullMarked
package io.saltunnel.netty.metrics;

import org.jspecify.annotations.NullMarked;
