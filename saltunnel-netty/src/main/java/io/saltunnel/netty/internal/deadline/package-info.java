/** The ends of waits, which come after one more look at what has arrived. Not API. */
@NullMarked
package io.saltunnel.netty.internal.deadline;

import org.jspecify.annotations.NullMarked;
