package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: data that a peer sent before a reset arrives, as without a tunnel, and the reset follows it. Each case runs
 * many times, because the result used to depend on a race.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO", "IO_URING"})
@Tag("jdk-independent")
class LastWordsTest {
    private static final int TIMES = 20;

    private final Transport transport;

    /**
     * As many bytes as the speaker's system can send before the reset. Java's own sockets offer it a smaller window.
     */
    private final int words;

    private LoopbackTunnel tunnel;

    LastWordsTest(Transport transport) {
        this.transport = transport;
        this.words = transport == Transport.NIO ? 20_000 : 300_000;
    }

    @BeforeEach
    void start() throws IOException {
        tunnel = LoopbackTunnel.with(client -> client.transport(transport), server -> server.transport(transport));
    }

    @AfterEach
    void stop() throws IOException {
        tunnel.close();
    }

    /** As an HTTP server that refuses an upload does. */
    @Test
    void anAnswerThatIsGivenInTheMiddleOfAnUploadArrives() throws Exception {
        byte[] answer = words(300);
        for (int i = 0; i < TIMES; i++) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                CompletableFuture<Void> upload =
                        CompletableFuture.runAsync(() -> LoopbackTunnel.writeUntilReset(application, new AtomicLong()));
                answerEarly(target, answer);
                assertThat(application.getInputStream().readNBytes(answer.length))
                        .isEqualTo(answer);
                upload.join();
            }
        }
    }

    private static void answerEarly(Socket target, byte[] answer) throws IOException {
        assertThat(target.getInputStream().readNBytes(1000)).hasSize(1000);
        target.getOutputStream().write(answer);
        LoopbackTunnel.reset(
                target); // as by itself when it leaves data unread; Java's own close ends the stream before
    }

    @Test
    void whatAnApplicationSaidBeforeItsResetArrives() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                speakThenReset(application, target);
            }
        }
    }

    @Test
    void whatATargetSaidBeforeItsResetArrives() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                speakThenReset(target, application);
            }
        }
    }

    private void speakThenReset(Socket speaker, Socket listener) throws IOException {
        listener.getOutputStream().write(1);
        assertThat(speaker.getInputStream().read()).isOne();
        speaker.setTcpNoDelay(true); // or its system might keep back the last piece
        speaker.getOutputStream().write(words(words));
        LoopbackTunnel.reset(speaker);
        assertThat(listener.getInputStream().readNBytes(words)).isEqualTo(words(words));
        assertThatThrownBy(() -> listener.getInputStream().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    private static byte[] words(int length) {
        byte[] words = new byte[length];
        Arrays.fill(words, (byte) 'w');
        return words;
    }
}
