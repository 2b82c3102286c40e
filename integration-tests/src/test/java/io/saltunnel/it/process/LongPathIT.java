package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.netns.NetworkNamespace;
import io.saltunnel.it.netns.PacketPipe.Faults;
import io.saltunnel.it.netns.TwoNamespaces;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: over a path of 100 ms, an application that uploads gets the whole answer of a target that refuses the upload:
 * one that reads the beginning, answers, and closes while more arrives, so that its system sends a reset behind the
 * answer.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("jdk-independent")
class LongPathIT {

    private static final Faults LONG = Faults.delay(100);
    private static final int HEAD = 1000;
    private static final int AT_ONCE = 5;
    private static final int SMALL_ANSWER = 500;

    /** Several times what TCP sends into a new connection before the first acknowledgement. */
    private static final int LARGE_ANSWER = 50_000;

    /** Which part of the way is long. */
    enum LongPart {
        APPLICATION_TO_CLIENT,
        CLIENT_TO_SERVER,
        SERVER_TO_TARGET
    }

    @RegisterExtension
    static final TwoNamespaces NETWORK = new TwoNamespaces();

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @CsvSource({
        "CLIENT_TO_SERVER, epoll, 300000",
        "CLIENT_TO_SERVER, epoll, 4000000",
        "CLIENT_TO_SERVER, io_uring, 4000000",
        "CLIENT_TO_SERVER, nio, 300000",
        "CLIENT_TO_SERVER, nio, 4000000",
        "APPLICATION_TO_CLIENT, epoll, 300000",
        "APPLICATION_TO_CLIENT, epoll, 4000000",
        "APPLICATION_TO_CLIENT, nio, 4000000",
        "SERVER_TO_TARGET, epoll, 300000",
        "SERVER_TO_TARGET, epoll, 4000000",
        "SERVER_TO_TARGET, nio, 4000000"
    })
    void theAnswerToARefusedUploadArrives(LongPart part, String transport, int upload) throws Exception {
        try (Way way = new Way(part, transport)) {
            NETWORK.cable().set(LONG);
            byte[] answer = answer(SMALL_ANSWER);

            assertThat(way.refuseUploads(AT_ONCE, upload, answer, () -> {})).containsOnly(answer);
        }
    }

    /** The receiver's system acknowledges the answer in several rounds. */
    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void aLargeAnswerArrivesWhole(String transport) throws Exception {
        try (Way way = new Way(LongPart.CLIENT_TO_SERVER, transport)) {
            NETWORK.cable().set(LONG);
            byte[] answer = answer(LARGE_ANSWER);

            assertThat(way.refuseUploads(1, 300_000, answer, () -> {})).containsOnly(answer);
        }
    }

    /** The sender's system sends the answer again. */
    @ParameterizedTest
    @CsvSource({"CLIENT_TO_SERVER, epoll", "CLIENT_TO_SERVER, io_uring", "APPLICATION_TO_CLIENT, epoll"})
    void anAnswerWhosePacketsAreLostArrives(LongPart part, String transport) throws Exception {
        try (Way way = new Way(part, transport)) {
            NETWORK.cable().set(LONG);
            byte[] answer = answer(SMALL_ANSWER);

            assertThat(way.refuseUploads(
                            1, 300_000, answer, () -> NETWORK.cable().loseNextDataFromOther(1)))
                    .containsOnly(answer);
        }
    }

    private static byte[] answer(int size) {
        byte[] answer = new byte[size];
        new Random(1).nextBytes(answer);
        return answer;
    }

    /** The way from an application, which is near, to a target. The tunnel's ends and the target are near or far. */
    private final class Way implements AutoCloseable {
        private final ServerSocket target;
        private final InetSocketAddress client;

        Way(LongPart part, String transport) throws Exception {
            NetworkNamespace near = NETWORK.near();
            NetworkNamespace far = NETWORK.far();
            NetworkNamespace clientAt = part == LongPart.APPLICATION_TO_CLIENT ? far : near;
            NetworkNamespace serverAt = part == LongPart.SERVER_TO_TARGET ? near : far;
            target = far.inside(() -> listen(part == LongPart.SERVER_TO_TARGET ? far.address() : "127.0.0.1"));
            InetSocketAddress server = start(
                    serverAt,
                    "server",
                    part == LongPart.CLIENT_TO_SERVER ? far.address() : "127.0.0.1",
                    Sockets.address(target),
                    transport);
            client = start(
                    clientAt,
                    "client",
                    part == LongPart.APPLICATION_TO_CLIENT ? far.address() : "127.0.0.1",
                    server,
                    transport);
        }

        private ServerSocket listen(String address) throws IOException {
            ServerSocket listener = new ServerSocket();
            listener.setSoTimeout((int) Patience.LIMIT.toMillis());
            listener.bind(new InetSocketAddress(address, 0), 100);
            return listener;
        }

        private InetSocketAddress start(
                NetworkNamespace at, String role, String listen, InetSocketAddress to, String transport)
                throws IOException {
            return processes
                    .startBy(at.prefix(), role, listen + ":0", Processes.text(to), "--transport", transport)
                    .address();
        }

        /** Uploads several times at once, and returns what was answered to each. */
        List<byte[]> refuseUploads(int times, int size, byte[] answer, Runnable beforeAnswer) throws Exception {
            Task<Integer> refusing = Task.start(() -> {
                for (int i = 0; i < times; i++) {
                    refuse(answer, beforeAnswer);
                }
                return times;
            });
            List<Task<byte[]>> uploads = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                Socket application = NETWORK.near().inside(() -> Sockets.connect(client));
                uploads.add(Task.start(() -> upload(application, size)));
            }
            List<byte[]> answers = new ArrayList<>();
            for (Task<byte[]> upload : uploads) {
                answers.add(upload.result());
            }
            refusing.result();
            return answers;
        }

        private void refuse(byte[] answer, Runnable beforeAnswer) throws IOException {
            try (Socket connection = Sockets.accept(target)) {
                InputStream input = connection.getInputStream();
                input.readNBytes(HEAD);
                Patience.await("more of the upload than is read").until(() -> input.available() > 0);
                beforeAnswer.run();
                connection.getOutputStream().write(answer);
            }
        }

        private static byte[] upload(Socket application, int size) throws IOException {
            try (application) {
                Task<Boolean> writing = Task.start(() -> write(application, size));
                byte[] answer = Sockets.readToEnd(application).bytes();
                application.close();
                writing.result();
                return answer;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        /** Whether the application could write all. */
        private static boolean write(Socket application, int size) {
            byte[] body = new byte[size];
            Arrays.fill(body, (byte) 'U');
            try {
                application.getOutputStream().write(body);
                return true;
            } catch (IOException e) {
                return false; // refused meanwhile
            }
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
