/**
 * The tunnel on Netty: a client and a server to embed, and handlers for the pipelines of other programs.
 *
 * <p>Packages that are not exported are not API, and change without notice.
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

    // Optional at run time: if they are missing, AUTO selects NIO.
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.classes.kqueue;
    requires static transitive org.jspecify;

    exports io.saltunnel.netty;
    exports io.saltunnel.netty.address;
    exports io.saltunnel.netty.handshake;
    exports io.saltunnel.netty.memory;
    exports io.saltunnel.netty.metrics;
    exports io.saltunnel.netty.replay;
    exports io.saltunnel.netty.stage;

    uses io.saltunnel.netty.replay.ReplayMemoryProvider;
    uses io.saltunnel.netty.stage.PipelineStageProvider;
}
