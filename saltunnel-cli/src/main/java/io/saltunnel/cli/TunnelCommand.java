package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;

/** A command that describes one tunnel. It has plain Java types only, so that parsing it loads no networking class. */
interface TunnelCommand {

    /** The side of the tunnel. */
    TunnelMode mode();

    /** What client and server have in common. */
    TunnelOptions options();

    /** The versions of the protocol, as the user wrote them; null for the default. */
    @Nullable
    String protocol();

    /** What connections to a server begin with, as the user wrote it; null for a server. */
    @Nullable
    String firstBytes();
}
