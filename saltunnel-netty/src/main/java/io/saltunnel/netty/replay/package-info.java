/** Memories of replays that several servers share. */
@NullMarked
package io.saltunnel.netty.replay;

import org.jspecify.annotations.NullMarked;
