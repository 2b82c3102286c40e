package io.saltunnel.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.stage.ClosePolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GrpcRecipeTest {
    private static final SaltunnelSettings SETTINGS =
            SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private static final MethodDescriptor<String, String> LOUDER = method("Louder", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT =
            method("Count", MethodDescriptor.MethodType.SERVER_STREAMING);

    @Test
    void callsGoThroughTheTunnel() throws Exception {
        Server server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        GrpcRecipe.serverCredentials(SaltunnelHandlers.server(keys.key(), SETTINGS)))
                .addService(ServerServiceDefinition.builder("Voice")
                        .addMethod(LOUDER, ServerCalls.asyncUnaryCall((request, answers) -> {
                            answers.onNext(request.toUpperCase(Locale.ROOT));
                            answers.onCompleted();
                        }))
                        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((request, answers) -> {
                            for (int i = 0; i < 1000; i++) {
                                answers.onNext(request + i);
                            }
                            answers.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        try (WireTap wire =
                WireTap.before((InetSocketAddress) server.getListenSockets().get(0))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            wire.address(),
                            GrpcRecipe.channelCredentials(SaltunnelHandlers.client(keys.key(), SETTINGS)))
                    .build();
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
            assertThat(ClientCalls.blockingUnaryCall(channel, LOUDER, options, "hello"))
                    .isEqualTo("HELLO");
            List<String> counted = new ArrayList<>();
            ClientCalls.blockingServerStreamingCall(channel, COUNT, options, "n")
                    .forEachRemaining(counted::add);
            assertThat(counted).hasSize(1000).endsWith("n999");
            channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
            wire.assertShowsNothingOf("PRI * HTTP/2.0", "hello", "HELLO");
        } finally {
            server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(TEXT, TEXT)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("Voice", name))
                .build();
    }
}
