package io.saltunnel.netty;

import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HeapShare;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.internal.admission.ReadBudget;
import io.saltunnel.netty.internal.handshake.ClientHandshakeHandler;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.handshake.HelloListener;
import io.saltunnel.netty.internal.handshake.HelloRules;
import io.saltunnel.netty.internal.handshake.QuietTimes;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.handshake.Silence;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Makes the handlers that add Saltunnel to a pipeline, like an {@code SslContext} for TLS. Use one object for each
 * client or server of a program, and one {@link #newHandler()} for each channel.
 *
 * <p>All servers of a process with the same key share the memory of admitted hellos, so that no hello is accepted
 * twice, even with several objects for one key. The caller still owns the key, and closes it once no handshake can
 * begin any more. A key with its own memory must stay open until its connections have ended, because closing it resets
 * them. Any thread.
 *
 * <p>A server:
 *
 * {@snippet lang="java" :
 * LongTermKey key = LongTermKey.load(keyFile); // 32 bytes that both sides share; closed at the program's end
 * SaltunnelHandlers saltunnel = SaltunnelHandlers.server(key); // one for each server
 * bootstrap.childHandler(new ChannelInitializer<SocketChannel>() {
 *     @Override
 *     protected void initChannel(SocketChannel channel) {
 *         channel.pipeline().addLast(saltunnel.newHandler()); // one for each channel, next to the socket
 *         channel.pipeline().addLast(new EchoHandler()); // your protocol, in plain ByteBufs
 *     }
 * });
 * }
 *
 * <p>A client, which logs how its handshakes end:
 *
 * {@snippet lang="java" :
 * SaltunnelHandlers saltunnel = SaltunnelHandlers.client(key); // one for each client
 * bootstrap.handler(new ChannelInitializer<SocketChannel>() {
 *     @Override
 *     protected void initChannel(SocketChannel channel) {
 *         SaltunnelHandler tunnel = saltunnel.newHandler();
 *         channel.pipeline().addLast(tunnel, myProtocol);
 *         tunnel.handshakeFuture()
 *                 .addListener(done ->
 *                         log.add(done.isSuccess() ? "up" : done.cause().getMessage()));
 *     }
 * });
 * }
 */
public final class SaltunnelHandlers {
    private final Supplier<HandshakeHandler> handshakes;

    private SaltunnelHandlers(Supplier<HandshakeHandler> handshakes) {
        this.handshakes = handshakes;
    }

    /**
     * Makes handlers for the side that connects, with {@link SaltunnelSettings#defaults()}.
     *
     * @param key the long-term key; borrowed
     * @return a maker of handlers
     */
    public static SaltunnelHandlers client(LongTermKey key) {
        return client(key, SaltunnelSettings.defaults());
    }

    /**
     * Makes handlers for the side that connects.
     *
     * @param key the long-term key; borrowed
     * @param settings everything else
     * @return a maker of handlers
     * @throws IllegalArgumentException if the settings have a name, or a shape that needs padding, but choose version 1
     *     of the protocol, which has neither
     */
    public static SaltunnelHandlers client(LongTermKey key, SaltunnelSettings settings) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(settings, "settings");
        Duration timeout = settings.handshakeTimeout().orElse(ClientBuilder.DEFAULT_HANDSHAKE_TIMEOUT);
        HandshakeSettings shared = shared(KeySet.of(key), settings, timeout);
        ClientProtocol protocol = settings.clientProtocol();
        return new SaltunnelHandlers(() -> new ClientHandshakeHandler(shared, protocol));
    }

    /**
     * Makes handlers for the side that accepts connections, with {@link SaltunnelSettings#defaults()}.
     *
     * @param key the long-term key; borrowed
     * @return a maker of handlers
     * @throws IllegalStateException if the key is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for secrets must be locked, and can't be
     */
    public static SaltunnelHandlers server(LongTermKey key) {
        return server(key, SaltunnelSettings.defaults());
    }

    /**
     * Makes handlers for the side that accepts connections. Hellos made before the first server with this key started
     * in this process are refused, because an earlier process may have accepted them.
     *
     * @param key the long-term key; borrowed
     * @param settings everything else
     * @return a maker of handlers
     * @throws IllegalArgumentException if the settings have a name, but accept only version 1 of the protocol; or if
     *     their shape needs padding, and they accept version 1, which has none
     * @throws IllegalStateException if the key is closed and the failure policy is {@link FailurePolicy#SILENT}, whose
     *     deadline depends on the key
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for secrets must be locked, and can't be
     */
    public static SaltunnelHandlers server(LongTermKey key, SaltunnelSettings settings) {
        return server(KeySet.of(key), settings);
    }

    /**
     * Handlers for the side that is connected to, by clients of any of several keys. {@link
     * io.saltunnel.netty.handshake.HandshakeCompleted#key()} says which one a client has proved.
     *
     * @param keys the long-term keys; borrowed. The first one, and the address of the connection, fix the deadline of
     *     {@link FailurePolicy#SILENT}
     * @param settings everything else
     * @return a maker of handlers
     * @throws IllegalArgumentException if the settings have a name, and take only version 1 of the protocol; or if
     *     their shape needs padding, and they accept version 1, which has none
     * @throws IllegalStateException if the first key is closed and refusal is {@link FailurePolicy#SILENT}
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for secrets has to be locked, and can't
     */
    public static SaltunnelHandlers server(KeySet keys, SaltunnelSettings settings) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(settings, "settings");
        Duration timeout = settings.handshakeTimeout().orElse(ServerBuilder.DEFAULT_HANDSHAKE_TIMEOUT);
        HandshakeSettings shared = shared(keys, settings, timeout);
        Silence silence = settings.failurePolicy() == FailurePolicy.SILENT
                ? new Silence(new QuietTimes(keys, timeout).checkOpen(), new ReadBudget(System::nanoTime))
                : null;
        int hellos = HeapShare.hellos(keys.size());
        ReplayWindows replays = ReplayWindows.of(
                        keys, () -> ReplayWindow.startingNow(settings.clock(), System::nanoTime, hellos))
                .limit(hellos);
        HelloRules rules = settings.hellos(replays);
        return new SaltunnelHandlers(() -> new ServerHandshakeHandler(shared, rules, silence, HelloListener.NONE));
    }

    private static HandshakeSettings shared(KeySet keys, SaltunnelSettings settings, Duration timeout) {
        return new HandshakeSettings(
                keys,
                settings.clock(),
                System::nanoTime,
                settings.random(),
                timeout,
                settings.closePolicy(),
                settings.shape());
    }

    /**
     * Makes the handler for one channel. The handler holds nothing that has to be released. If the key is closed by
     * then, the handshake fails with a {@linkplain io.saltunnel.netty.handshake.HandshakeFailedException.Reason#FAULT
     * fault}.
     *
     * @return a handler to add to one pipeline, next to the socket, before the handlers of plaintext
     */
    public SaltunnelHandler newHandler() {
        return new SaltunnelHandler(handshakes.get());
    }
}
