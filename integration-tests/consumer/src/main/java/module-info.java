/** Uses Saltunnel's exported packages, and nothing else. */
module consumer {
    requires io.saltunnel.netty;
}
