package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyText;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.replay.ReplayMemory.Answer;
import io.saltunnel.netty.replay.ReplayMemoryProvider;
import io.saltunnel.netty.replay.WhenUnavailable;
import io.saltunnel.netty.stage.PipelineStageProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: a null argument is refused at the call, by its name. */
@SuppressWarnings("NullAway") // null is what it passes
class NullArgumentsTest {
    private static final Path FILE = Path.of("none.key");
    private static final InstantSource CLOCK = InstantSource.system();

    private final LongTermKey key = LongTermKey.random();
    private final SecretMemory memory = key.memory();
    private final SecretBox box = new SecretBox();
    private final LockedBufferAllocator buffers = LockedBufferAllocator.create();

    @AfterEach
    void close() {
        key.close();
        box.close();
        buffers.close();
    }

    private record Call(String argument, ThrowingCallable call) {}

    private static Call call(String argument, ThrowingCallable call) {
        return new Call(argument, call);
    }

    @Test
    void areRefusedByName() throws Exception {
        ClientBuilder client = Tunnel.client(key);
        ServerBuilder server = Tunnel.server(key);
        SaltunnelSettings settings = SaltunnelSettings.defaults();
        try (LoopbackTunnel running = LoopbackTunnel.with(options -> options, options -> options)) {
            assertEachIsNamed(List.of(
                    call("key", () -> Tunnel.client((LongTermKey) null)),
                    call("key", () -> Tunnel.server((LongTermKey) null)),
                    call("address", () -> client.listen(null)),
                    call("address", () -> client.server(null)),
                    call("address", () -> server.target(null)),
                    call("addresses", () -> client.servers(null)),
                    call("addresses", () -> client.servers(Collections.singletonList(null))),
                    call("addresses", () -> server.targets(null)),
                    call("order", () -> client.failover(null)),
                    call("patience", () -> client.connectPatience(null)),
                    call("timeout", () -> client.handshakeTimeout(null)),
                    call("choice", () -> client.transport(null)),
                    call("choice", () -> client.firstBytes(null)),
                    call("group", () -> client.eventLoops(null)),
                    call("shared", () -> client.environment(null)),
                    call("choice", () -> TunnelEnvironment.builder().transport(null)),
                    call("group", () -> TunnelEnvironment.builder().eventLoops(null)),
                    call("source", () -> client.clock(null)),
                    call("networks", () -> server.allowFrom((String[]) null)),
                    call("networks", () -> server.allowFrom("::1", null)),
                    call("stage", () -> server.stage(null)),
                    call("listener", () -> server.events(null)),
                    call("listener", () -> buffers.whenShort(null)),
                    call("idle", () -> server.keepAlive(null, Duration.ofSeconds(1), 1)),
                    call("interval", () -> server.keepAlive(Duration.ofSeconds(1), null, 1)),
                    call("grace", () -> running.client.stop(null)),
                    call("key", () -> SaltunnelHandlers.client(null)),
                    call("key", () -> SaltunnelHandlers.server((LongTermKey) null)),
                    call("settings", () -> SaltunnelHandlers.client(key, null)),
                    call("settings", () -> SaltunnelHandlers.server(key, null)),
                    call("timeout", () -> settings.withHandshakeTimeout(null)),
                    call("choice", () -> settings.withFailurePolicy(null)),
                    call("choice", () -> settings.withFirstBytes(null)),
                    call("memory", () -> server.replays(null, WhenUnavailable.REFUSE)),
                    call("whenUnavailable", () -> server.replays(ScriptedMemory.saying(Answer.NEW), null)),
                    call("memory", () -> settings.withReplays(null, WhenUnavailable.REFUSE)),
                    call("whenUnavailable", () -> settings.withReplays(ScriptedMemory.saying(Answer.NEW), null)),
                    call("address", () -> ReplayMemoryProvider.load(null)),
                    call("source", () -> settings.withClock(null)),
                    call("source", () -> settings.withRandom(null)),
                    call("host", () -> new HostAndPort(null, 1)),
                    call("text", () -> HostAndPort.parse(null)),
                    call("address", () -> HostAndPort.of(null)),
                    call("text", () -> Endpoint.parse(null)),
                    call("path", () -> new UnixPath(null)),
                    call("threadFactory", () -> Transport.NIO.newEventLoops(1, null)),
                    call("name", () -> PipelineStageProvider.load(null, "")),
                    call("argument", () -> PipelineStageProvider.load("none", null)),
                    call("use", () -> buffers.directBuffer(1, null)),
                    call("use", () -> buffers.hasRoomFor(null))));
        }
    }

    @Test
    void areRefusedByNameInTheCore() throws Exception {
        ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[0]));
        ByteBuffer frame = ByteBuffer.allocateDirect(512);
        HandshakeContext context = new HandshakeContext(CLOCK, RandomSource.system(), box);
        ReplayWindow window = new ReplayWindow(0, 1);
        Admission admission = new Admission(window, TunnelName.NONE);
        KeyChanges changes = new KeyChanges(System::nanoTime, RandomSource.system(), memory);
        try (SecretBytes secret = memory.allocate(1)) {
            assertEachIsNamed(List.of(
                    call("source", () -> LongTermKey.of(null, memory)),
                    call("memory", () -> LongTermKey.of(frame, null)),
                    call("random", () -> LongTermKey.random(null, memory)),
                    call("memory", () -> LongTermKey.random(RandomSource.system(), null)),
                    call("file", () -> LongTermKey.load(null)),
                    call("file", () -> LongTermKey.load(null, memory)),
                    call("memory", () -> LongTermKey.load(FILE, null)),
                    call("file", () -> KeyFile.load(null)),
                    call("file", () -> KeyFile.load(null, memory)),
                    call("memory", () -> KeyFile.load(FILE, null)),
                    call("file", () -> KeyFile.create(null, key)),
                    call("key", () -> KeyFile.create(FILE, (LongTermKey) null)),
                    call("text", () -> KeyText.read(null, KeyText.End.LINE, memory)),
                    call("end", () -> KeyText.read(in, null, memory)),
                    call("memory", () -> KeyText.read(in, KeyText.End.LINE, null)),
                    call("key", () -> KeyText.write(null, Channels.newChannel(new ByteArrayOutputStream()))),
                    call("text", () -> KeyText.write(key, null)),
                    call("listener", () -> secret.whenMemoryCloses(null)),
                    call("clock", () -> new HandshakeContext(null, RandomSource.system(), box)),
                    call("random", () -> new HandshakeContext(CLOCK, null, box)),
                    call("nanoTime", () -> new HandshakeContext(CLOCK, null, RandomSource.system(), box)),
                    call("box", () -> new HandshakeContext(CLOCK, RandomSource.system(), null)),
                    call(
                            "key",
                            () -> ClientHandshake.start(
                                    new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), null, context, frame)),
                    call(
                            "context",
                            () -> ClientHandshake.start(
                                    new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, null, frame)),
                    call(
                            "clientHiOut",
                            () -> ClientHandshake.start(
                                    new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, context, null)),
                    call("key", () -> ServerHandshake.accept((LongTermKey) null, context, admission)),
                    call("context", () -> ServerHandshake.accept(key, null, admission)),
                    call("admission", () -> ServerHandshake.accept(key, context, null)),
                    call("version", () -> new ClientProtocol(null, TunnelName.NONE)),
                    call("name", () -> new ClientProtocol(ProtocolVersion.V2, null)),
                    call("firstBytes", () -> new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE, null)),
                    call("protocol", () -> ClientHandshake.start(null, key, context, frame)),
                    call("text", () -> TunnelName.of(null)),
                    call("window", () -> new Admission(null, TunnelName.NONE)),
                    call("name", () -> new Admission(window, null)),
                    call("versions", () -> new Admission(window, TunnelName.NONE, null)),
                    call("key", () -> ReplayWindow.of(null, () -> new ReplayWindow(0, 1))),
                    call("first", () -> ReplayWindow.of(key, null)),
                    call("clock", () -> ReplayWindow.startingNow(null, System::nanoTime, 1)),
                    call("nanoTime", () -> ReplayWindow.startingNow(CLOCK, null, 1)),
                    call("nonce", () -> new ReplayWindow(0, 1).admit(0, 0, null, 0)),
                    call("keys", () -> Session.ofClient(null)),
                    call("keys", () -> Session.ofServer(null)),
                    call("keys", () -> Session.ofClient(null, changes)),
                    call("keys", () -> Session.ofServer(null, changes)),
                    call("nanoTime", () -> new KeyChanges(null, RandomSource.system(), memory)),
                    call("random", () -> new KeyChanges(System::nanoTime, null, memory)),
                    call("memory", () -> new KeyChanges(System::nanoTime, RandomSource.system(), null))));
        }
    }

    private static void assertEachIsNamed(List<Call> calls) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            assertThatNullPointerException()
                    .as("call %d", i)
                    .isThrownBy(call.call)
                    .withMessage(call.argument);
        }
    }
}
