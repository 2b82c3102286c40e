package io.saltunnel.it.docker;

/** Both ends of one tunnel, up and listening. The application reaches it as {@code client:7000}. */
record Tunnel(Saltunnel client, Saltunnel server) {}
