package io.saltunnel.cli.status;

import java.util.Optional;

/**
 * The memory of replays that this process shares with other servers.
 *
 * @param fault why it can't be asked; empty if it can
 * @param needed whether servers refuse all clients without it
 */
public record ReplayMemoryView(Optional<String> fault, boolean needed) {}
