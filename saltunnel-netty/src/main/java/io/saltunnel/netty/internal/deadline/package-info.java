/** Deadlines that pass only after the event loop has asked for events once more. Not API. */
@NullMarked
package io.saltunnel.netty.internal.deadline;

import org.jspecify.annotations.NullMarked;
