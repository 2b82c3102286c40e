/** What a tunnel has done, and what it holds. */
@NullMarked
package io.saltunnel.netty.metrics;

import org.jspecify.annotations.NullMarked;
