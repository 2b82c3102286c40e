/** A memory of replays on Redis or Valkey. Programs find it by its address: see {@link io.saltunnel.netty.replay.ReplayMemoryProvider}. */
@NullMarked
package io.saltunnel.redis;

import org.jspecify.annotations.NullMarked;
