/** Uses what Saltunnel exports, and nothing else. */
module consumer {
    requires io.saltunnel.netty;
}
