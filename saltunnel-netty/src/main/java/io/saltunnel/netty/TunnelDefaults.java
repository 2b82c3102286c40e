package io.saltunnel.netty;

import java.time.Duration;

/** Defaults that tunnels and handlers share. */
final class TunnelDefaults {
    static final Duration CLIENT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    static final Duration SERVER_HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);
    static final Duration USER_TIMEOUT = Duration.ofMinutes(2);

    private TunnelDefaults() {}
}
