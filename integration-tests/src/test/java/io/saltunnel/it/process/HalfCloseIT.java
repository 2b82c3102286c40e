package io.saltunnel.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Payload.Checksum;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of one direction is passed on after its data, and the other direction continues without a limit. */
@ParameterizedClass
@ValueSource(strings = {"epoll", "nio", "io_uring"})
class HalfCloseIT {

    /** More than all buffers on the way hold if the receiver doesn't read. */
    private static final long MUCH = 100_000_000;

    @RegisterExtension
    static final Processes PROCESSES = Processes.perClass();

    private final ServerSocket listener;
    private final TunnelPair tunnel;

    HalfCloseIT(String transport) throws IOException {
        Scene scene = PROCESSES.scene("--transport", transport);
        this.listener = scene.target();
        this.tunnel = scene.tunnel();
    }

    @AfterEach
    void bothProcessesHaveLetGo() {
        tunnel.awaitNoConnections();
    }

    @Test
    void theOtherDirectionGoesOn() throws Exception {
        try (Socket application = tunnel.connect();
                Socket target = Sockets.accept(listener)) {
            theOtherDirectionGoesOn(application, target);
        }
        try (Socket application = tunnel.connect();
                Socket target = Sockets.accept(listener)) {
            theOtherDirectionGoesOn(target, application);
        }
    }

    /**
     * One end closes its direction. Then data flows in the other: little, much against a slow reader, and little again.
     */
    private static void theOtherDirectionGoesOn(Socket ending, Socket goingOn) throws Exception {
        ending.getOutputStream().write("all I had to say".getBytes(UTF_8));
        ending.shutdownOutput();
        assertThat(goingOn.getInputStream().readAllBytes()).asString().isEqualTo("all I had to say");

        goingOn.getOutputStream().write(1);
        assertThat(ending.getInputStream().read()).isEqualTo(1);

        Payload payload = new Payload(3, MUCH);
        Task<Checksum> sent = Task.start(() -> {
            Checksum checksum = payload.writeTo(goingOn.getOutputStream());
            goingOn.shutdownOutput();
            return checksum;
        });
        assertThat(Payload.readFrom(ending.getInputStream())).isEqualTo(sent.result());
    }

    @Test
    void bothEndAtOnceWithoutAWord() throws Exception {
        try (Socket application = tunnel.connect()) {
            application.shutdownOutput();
            try (Socket target = Sockets.accept(listener)) {
                target.shutdownOutput();
                assertThat(target.getInputStream().read()).isEqualTo(-1);
                assertThat(application.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void anEndThatComesBeforeTheTunnelIsThereWaitsForIt() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket application = tunnel.connect()) {
                application.getOutputStream().write("request".getBytes(UTF_8));
                application.shutdownOutput();
                try (Socket target = Sockets.accept(listener)) {
                    assertThat(target.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("request");
                    target.getOutputStream().write("response".getBytes(UTF_8));
                }
                assertThat(application.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo("response");
            }
        }
    }

    /** The last bytes and the end of a sender reach a reader that starts only after the sender has closed. */
    @Test
    void aReaderThatBeginsLateGetsAll() throws Exception {
        Payload payload = new Payload(4, 1_000_000);
        for (int i = 0; i < 5; i++) {
            try (Socket application = tunnel.connect()) {
                application.shutdownOutput();
                Checksum sent;
                try (Socket target = Sockets.accept(listener)) {
                    assertThat(target.getInputStream().read()).isEqualTo(-1);
                    sent = payload.writeTo(target.getOutputStream());
                }
                assertThat(Payload.readFrom(application.getInputStream())).isEqualTo(sent);
            }
        }
    }
}
