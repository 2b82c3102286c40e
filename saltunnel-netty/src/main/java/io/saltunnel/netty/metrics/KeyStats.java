package io.saltunnel.netty.metrics;

import io.saltunnel.core.key.KeyLabel;

/**
 * How often a key was proved since the tunnel's start. The counts are taken one after another, so they may not match
 * exactly. Immutable: any thread may use it.
 *
 * @param key the key's name and fingerprint
 * @param proved connections that have proved it, 0 or more
 * @param open those of them that have not ended yet, 0 or more
 */
public record KeyStats(KeyLabel key, long proved, long open) {}
