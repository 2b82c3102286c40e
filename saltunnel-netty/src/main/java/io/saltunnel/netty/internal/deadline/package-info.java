/** Deadlines that pass only after one more look for arrived events. Not API. */
@NullMarked
package io.saltunnel.netty.internal.deadline;

import org.jspecify.annotations.NullMarked;
