package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves the status page together with a change of the tunnels. */
class StatusDoorTest {

    private static final TunnelChange.Result DONE = new TunnelChange.Result(List.of(), 0, 0, 0, 0);
    private static final TunnelChange.Result FAILED = new TunnelChange.Result(List.of("no"), 0, 0, 0, 0);

    @TempDir
    private Path directory;

    private TunnelsOfFile tunnels;
    private StatusDoor door;
    private Endpoint here;
    private Endpoint there;

    @BeforeEach
    void openHere() throws IOException {
        tunnels = new TunnelsOfFile(directory);
        door = new StatusDoor(tunnels.view);
        here = Endpoint.parse("127.0.0.1:" + TunnelsOfFile.freePort());
        there = Endpoint.parse("127.0.0.1:" + TunnelsOfFile.freePort());
        door.open(Optional.of(here));
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        tunnels.close();
    }

    private static boolean answers(Endpoint address) throws IOException {
        try (InputStream answer =
                URI.create("http://" + address + "/livez").toURL().openStream()) {
            return answer.readAllBytes().length > 0;
        } catch (ConnectException e) {
            return false;
        }
    }

    private boolean answersDuringChange(Endpoint address) {
        try {
            return answers(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void opensAtTheNewAddressBeforeTheChangeAndClosesTheOldOneAfterIt() throws IOException {
        assertThat(door.moveTo(Optional.of(there), List.of(), () -> {
                    assertThat(answersDuringChange(here)).isTrue();
                    assertThat(answersDuringChange(there)).isTrue();
                    return DONE;
                }))
                .isSameAs(DONE);
        assertThat(answers(here)).isFalse();
        assertThat(answers(there)).isTrue();
        door.moveTo(Optional.empty(), List.of(), () -> DONE);
        assertThat(answers(there)).isFalse();
        door.moveTo(Optional.of(here), List.of(), () -> DONE);
        assertThat(answers(here)).isTrue();
    }

    @Test
    void staysIfTheChangeFails() throws IOException {
        assertThat(door.moveTo(Optional.of(there), List.of(), () -> FAILED)).isSameAs(FAILED);
        assertThat(answers(here)).isTrue();
        assertThat(answers(there)).isFalse();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> door.moveTo(Optional.of(there), List.of(), () -> {
                    throw new IllegalStateException();
                }));
        assertThat(answers(here)).isTrue();
        assertThat(answers(there)).isFalse();
    }

    @Test
    void nothingChangesIfItCantListenThere() throws IOException {
        try (ServerSocket taken = TunnelsOfFile.listen(0)) {
            Endpoint address = Endpoint.parse("127.0.0.1:" + taken.getLocalPort());
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> door.moveTo(Optional.of(address), List.of(), () -> {
                        throw new AssertionError("the tunnels were changed");
                    }))
                    .withMessage("status page: cannot listen on " + address + ": the port is in use");
        }
        assertThat(answers(here)).isTrue();
    }

    @Test
    void leavesAnAddressThatATunnelNeedsAndComesBackIfTheChangeFails() throws IOException {
        assertThat(door.moveTo(Optional.of(there), List.of(here), () -> {
                    assertThat(answersDuringChange(here)).isFalse();
                    return FAILED;
                }))
                .isSameAs(FAILED);
        assertThat(answers(here)).isTrue();
        Endpoint wider = Endpoint.parse(here.toString().replace("127.0.0.1", "0.0.0.0"));
        door.moveTo(Optional.of(wider), List.of(), () -> DONE);
        assertThat(answers(here)).isTrue();
    }

    /** The system likes to give a new file the number of one that was just removed; a link has the same number for sure. */
    @Test
    void leavesTheSocketFileAloneThatATunnelMakesInPlaceOfItsOwn() throws IOException {
        Path file = directory.resolve("s");
        Endpoint shared = Endpoint.parse("unix:" + file);
        door.moveTo(Optional.of(shared), List.of(), () -> DONE);
        Path next = Files.createLink(directory.resolve("next"), file);
        door.moveTo(Optional.of(there), List.of(shared), () -> {
            assertThat(file).doesNotExist();
            move(next, file);
            return DONE;
        });
        assertThat(file).exists();
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
