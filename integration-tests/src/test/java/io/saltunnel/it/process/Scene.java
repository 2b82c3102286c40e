package io.saltunnel.it.process;

import java.net.ServerSocket;

/** A tunnel, and the listening socket that it leads to. */
record Scene(ServerSocket target, TunnelPair tunnel) {}
