/** The tunnel's protocol, without sockets and threads. */
module io.saltunnel.core {
    requires com.sun.jna;
    requires static transitive org.jspecify;

    exports io.saltunnel.core.crypto;
    exports io.saltunnel.core.handshake;
    exports io.saltunnel.core.key;
    exports io.saltunnel.core.random;
    exports io.saltunnel.core.secret;
    exports io.saltunnel.core.session;
    exports io.saltunnel.core.wire;
}
