/** The buffers for data: locked in memory, and wiped on release. */
@NullMarked
package io.saltunnel.netty.memory;

import org.jspecify.annotations.NullMarked;
