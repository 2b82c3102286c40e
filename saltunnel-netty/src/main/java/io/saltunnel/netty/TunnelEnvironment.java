package io.saltunnel.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.util.NettyRuntime;
import io.saltunnel.netty.internal.link.SharedEnvironment;
import io.saltunnel.netty.internal.link.TunnelStart;
import io.saltunnel.netty.internal.transport.CallersLoops;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.replay.ReplayStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Resources that any number of tunnels of a process share: event loops, buffers with one bound, and the budget of open
 * files. Each server gets a share of the files that the other tunnels leave. A tunnel without an environment doesn't
 * share these resources. Servers with the same key share the memory of hellos, with or without an environment.
 *
 * {@snippet lang="java" :
 * TunnelEnvironment environment = TunnelEnvironment.builder().threads(2).build(); // one for the program
 * one.environment(environment);
 * another.environment(environment);
 * }
 *
 * <p>The code that built it owns it, and has to close it, which stops its tunnels. A tunnel that stops returns its
 * share, and the environment continues for the others. Any thread.
 */
public final class TunnelEnvironment implements AutoCloseable {
    private final SharedEnvironment shared;

    private TunnelEnvironment(SharedEnvironment shared) {
        this.shared = shared;
    }

    /**
     * Begins to configure an environment.
     *
     * @return a builder with all defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    SharedEnvironment shared() {
        return shared;
    }

    /**
     * Adds a task to each event loop, to find out whether one hangs.
     *
     * @return completes when every loop has run its current tasks; on a thread that must not be blocked
     */
    public CompletableFuture<Void> turn() {
        return shared.turn();
    }

    /**
     * A store of replays that is reached by this environment's event loops.
     *
     * @param address the store's address
     * @param passwordFile the file with its password; empty for none
     * @return what a {@link io.saltunnel.netty.replay.ReplayMemoryProvider} opens. Close that memory before this
     *     environment
     */
    public ReplayStore replayStore(URI address, Optional<Path> passwordFile) {
        return new ReplayStore(address, passwordFile, shared.group(), shared.socketChannel());
    }

    /**
     * Stops all its tunnels as {@link Tunnel#stop} does, then ends the environment. No tunnel can be started in it any
     * more. Doesn't wait.
     *
     * @param grace the time for connections to finish, of any length; zero or less resets them at once
     * @return completes when all tunnels have stopped, and the event loops have ended unless they are the caller's; on
     *     a thread that must not be blocked
     */
    public CompletableFuture<Void> stop(Duration grace) {
        return shared.stop(Objects.requireNonNull(grace, "grace"));
    }

    /**
     * Stops without a grace time, and waits for the end. Closing it again does nothing.
     *
     * @throws IllegalStateException if it is called on one of its event loops, which would wait for itself; nothing is
     *     stopped then
     */
    @Override
    public void close() {
        shared.close();
    }

    /** Configures a {@link TunnelEnvironment}. Used by one thread at a time; can build several. */
    public static final class Builder {
        private static final long MIN_BUFFER_MEMORY = 1 << 20;

        private Transport transport = Transport.AUTO;
        private int threads = NettyRuntime.availableProcessors();
        private @Nullable EventLoopGroup loops;
        private long bufferMemory;

        private Builder() {}

        /**
         * Sets the transport of all its tunnels.
         *
         * @param choice {@link Transport#AUTO} by default: the best one available, or that of the {@link #eventLoops}
         * @return this
         */
        public Builder transport(Transport choice) {
            transport = Objects.requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Sets the number of event loops. Has no effect on the caller's {@link #eventLoops}.
         *
         * @param count 1 or more; one for each core by default
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder threads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("event loops need at least one thread, not " + count);
            }
            threads = count;
            return this;
        }

        /**
         * Uses event loops of the caller.
         *
         * @param group see {@link TunnelBuilder#eventLoops}. The caller shuts it down, best after the environment has
         *     stopped
         * @return this
         */
        public Builder eventLoops(EventLoopGroup group) {
            loops = Objects.requireNonNull(group, "group");
            return this;
        }

        /**
         * Sets the most memory for the buffers of all its tunnels together.
         *
         * @param maxBytes 1 MiB or more; by default the maximum size of the Java heap, but at least 32 MiB and at most
         *     1 GiB
         * @return this
         * @throws IllegalArgumentException if it is less than 1 MiB
         */
        public Builder bufferMemory(long maxBytes) {
            if (maxBytes < MIN_BUFFER_MEMORY) {
                throw new IllegalArgumentException(
                        "buffers need " + MIN_BUFFER_MEMORY + " bytes or more, not " + maxBytes);
            }
            bufferMemory = maxBytes;
            return this;
        }

        /**
         * Makes the environment.
         *
         * @return an environment that the caller owns and closes
         * @throws UnsupportedOperationException if the transport is not available here
         * @throws IllegalArgumentException if no tunnel can run on the given event loops
         * @throws IllegalStateException of {@link Transport#IO_URING} only, if the process uses it in a way that loses
         *     ends of streams
         */
        public TunnelEnvironment build() {
            SocketTransport asked = transport == Transport.AUTO ? null : transport.sockets();
            if (asked != null) {
                asked.checkAvailable();
            }
            if (loops != null) {
                SocketTransport theirs = CallersLoops.transport(loops, asked);
                return new TunnelEnvironment(
                        SharedEnvironment.onLoopsOf(loops, theirs, TunnelStart.newBuffers(bufferMemory)));
            }
            return new TunnelEnvironment(
                    SharedEnvironment.withOwnLoops(transport.sockets(), threads, TunnelStart.newBuffers(bufferMemory)));
        }
    }
}
