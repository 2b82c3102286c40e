package io.saltunnel.redis;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemory.Answer;
import io.saltunnel.netty.replay.ReplayMemoryProvider;
import io.saltunnel.netty.replay.ReplayStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Event loops, and memories on them as programs open them. */
final class Stores implements AutoCloseable {
    private final Transport transport;
    private final EventLoopGroup loops;
    private final List<ReplayMemory> open = new ArrayList<>();

    Stores(Transport transport) {
        this.transport = transport;
        this.loops = transport.newEventLoops(2, new DefaultThreadFactory("test", true));
    }

    ReplayMemory open(String address, Optional<Path> passwordFile) {
        URI uri = URI.create(address);
        ReplayMemory memory = ReplayMemoryProvider.load(uri)
                .open(new ReplayStore(uri, passwordFile, loops, transport.socketChannel()));
        open.add(memory);
        return memory;
    }

    /** A memory that has answered a probe. */
    ReplayMemory connected(String address) {
        ReplayMemory memory = open(address, Optional.empty());
        awaitAvailable(memory);
        return memory;
    }

    static void awaitAvailable(ReplayMemory memory) {
        Awaitility.await("the store to be available")
                .atMost(30, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> {
                    memory.probe().toCompletableFuture().get();
                    return true;
                });
    }

    static Answer remember(ReplayMemory memory, byte[] identity) {
        return memory.remember(identity, Duration.ofMinutes(70))
                .toCompletableFuture()
                .join();
    }

    static byte[] identity(int number) {
        byte[] identity = new byte[16];
        identity[3] = (byte) number;
        return identity;
    }

    @Override
    public void close() {
        open.forEach(ReplayMemory::close);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
