/**
 * The tunnel on Netty: a client and a server to embed, and handlers for anyone's pipeline.
 *
 * <p>What is not exported is not API: it changes without notice.
 */
module io.saltunnel.netty {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires transitive io.saltunnel.core;
    requires io.netty.codec;
    requires io.netty.codec.haproxy;
    requires io.netty.handler;
    requires io.netty.transport.unix.common;
    requires org.slf4j;

    // There if the program has them; AUTO takes NIO where they are missing.
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.classes.kqueue;
    requires static transitive org.jspecify;

    exports io.saltunnel.netty;
    exports io.saltunnel.netty.address;
    exports io.saltunnel.netty.handshake;
    exports io.saltunnel.netty.memory;
    exports io.saltunnel.netty.metrics;
    exports io.saltunnel.netty.stage;

    uses io.saltunnel.netty.stage.PipelineStageProvider;
}
