package io.saltunnel.netty.replay;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a {@link ReplayMemory} is, and how it is reached. Immutable: any thread may use it.
 *
 * @param address a URI; its scheme tells the kind of store
 * @param passwordFile the file whose first line is the password for the store; empty for none, or one in the address
 * @param loops event loops for the connections to the store; borrowed, open until the memory is closed
 * @param sockets the channel class for these loops
 */
public record ReplayStore(
        URI address, Optional<Path> passwordFile, EventLoopGroup loops, Class<? extends SocketChannel> sockets) {
    /** Checks that no component is null. */
    public ReplayStore {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(passwordFile, "passwordFile");
        Objects.requireNonNull(loops, "loops");
        Objects.requireNonNull(sockets, "sockets");
    }
}
