import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One connection of version 2 through a client and a server process, with much data both ways at once and idle pauses in
 * between. Compares the checksums, and counts what is on the wire: a key seals 65,536 chunks at most, and one chunk of padding
 * changes the key of a direction that is idle. Arguments: the launcher, GB each way, number of pauses, seconds of each.
 */
public final class LongTransfer {

    private static final long CHUNK_BYTES = 512;
    private static final long CHUNKS_PER_KEY = 65_536;
    private static final long FIRST_FRAMES_FROM_CLIENT = 4; // clienthi, message0
    private static final long FIRST_FRAMES_FROM_SERVER = 4; // serverhi
    private static final int BLOCK_BYTES = (1 << 18) - 3;
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+), ");
    private static final Pattern SENT = Pattern.compile("bytes_sent:(\\d+)");
    private static final Pattern RECEIVED = Pattern.compile("bytes_received:(\\d+)");
    private static final Pattern REPEATED = Pattern.compile("bytes_retrans:(\\d+)");

    private LongTransfer() {}

    /** Runs the transfer; exits with 1 if anything is not as expected. */
    public static void main(String[] arguments) throws Exception {
        String launcher = arguments[0];
        long bytesEachWay = (long) (Double.parseDouble(arguments[1]) * 1e9);
        int pauses = Integer.parseInt(arguments[2]);
        Duration pause = Duration.ofSeconds(Long.parseLong(arguments[3]));
        Path key = Files.createTempFile(
                "saltunnel-",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        Files.write(key, random);
        List<Process> processes = new ArrayList<>();
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int server = start(processes, launcher, "server", key, target.getLocalPort(), "--protocol", "2");
            int client = start(processes, launcher, "client", key, server, "--protocol", "2");
            try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client)) {
                application.getOutputStream().write(0); // the server connects once it has the first data
                try (Socket service = target.accept()) {
                    service.getInputStream().readNBytes(1);
                    transfer(application, service, server, bytesEachWay, pauses, pause);
                }
            }
        } finally {
            processes.forEach(Process::destroy);
            for (Process process : processes) {
                process.waitFor();
            }
            Files.delete(key);
        }
    }

    private static void transfer(
            Socket application, Socket service, int serverPort, long bytesEachWay, int pauses, Duration pause)
            throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        Stream up = new Stream("application to service", application, service, 1);
        Stream down = new Stream("service to application", service, application, 2);
        try {
            for (int piece = 0; piece <= pauses; piece++) {
                long end = bytesEachWay * (piece + 1) / (pauses + 1);
                long begun = System.nanoTime();
                long before = up.sent;
                List<Future<Void>> parts = new ArrayList<>();
                for (Callable<Void> part :
                        List.of(up.sendTo(end), up.receiveTo(end), down.sendTo(end), down.receiveTo(end))) {
                    parts.add(threads.submit(part));
                }
                for (Future<Void> part : parts) {
                    part.get();
                }
                double seconds = (System.nanoTime() - begun) / 1e9;
                up.check();
                down.check();
                say("%.2f GB each way at once in %.1f s, %.0f MB/s each way; checksums agree".formatted(
                        (up.sent - before) / 1e9, seconds, (up.sent - before) / 1e6 / seconds));
                if (piece < pauses) {
                    Wire begin = Wire.of(serverPort);
                    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    Wire after = Wire.of(serverPort);
                    long paddingUp = (after.up() - begin.up()) / CHUNK_BYTES;
                    long paddingDown = (after.down() - begin.down()) / CHUNK_BYTES;
                    say("idle for %d s: chunks of padding: %d up, %d down".formatted(
                            pause.toSeconds(), paddingUp, paddingDown));
                    expect(pause.toSeconds() <= 120 || paddingUp == 1 && paddingDown == 1,
                            "not one change of keys each way in a pause of more than 120 s");
                }
            }
            Wire end = Wire.of(serverPort);
            long wireUp = end.up() / CHUNK_BYTES - FIRST_FRAMES_FROM_CLIENT;
            long wireDown = end.down() / CHUNK_BYTES - FIRST_FRAMES_FROM_SERVER;
            application.shutdownOutput();
            expect(service.getInputStream().read() < 0, "the service saw no end");
            service.shutdownOutput();
            expect(application.getInputStream().read() < 0, "the application saw no end");
            say("both streams ended in order. Chunks: %d up, %d down; changes of keys: at least %d up, %d down".formatted(
                    wireUp, wireDown, wireUp / CHUNKS_PER_KEY, wireDown / CHUNKS_PER_KEY));
        } finally {
            threads.shutdownNow();
        }
    }

    /** What has passed between client and server so far, in bytes, without what TCP sent again. */
    private record Wire(long up, long down) {

        static Wire of(int serverPort) throws IOException {
            Process ss = new ProcessBuilder("ss", "-tinHO", "state", "established", "dport = :" + serverPort)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(ss.getInputStream().readAllBytes());
            expect(said.lines().count() == 1, "not one connection: " + said);
            return new Wire(number(SENT, said) - number(REPEATED, said), number(RECEIVED, said));
        }

        private static long number(Pattern pattern, String text) {
            Matcher found = pattern.matcher(text);
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        }
    }

    /** One direction. */
    private static final class Stream {
        private final String name;
        private final Socket from;
        private final Socket to;
        private final byte[] block = new byte[BLOCK_BYTES];
        private final CRC32C sentSum = new CRC32C();
        private final CRC32C receivedSum = new CRC32C();
        private long number;
        private long received;
        private volatile long sent;

        Stream(String name, Socket from, Socket to, long seed) {
            this.name = name;
            this.from = from;
            this.to = to;
            new Random(seed).nextBytes(block);
        }

        /** Random blocks, each preceded by its number. */
        Callable<Void> sendTo(long end) {
            return () -> {
                OutputStream out = from.getOutputStream();
                for (long done = sent; done < end; ) {
                    ByteBuffer.wrap(block).putLong(number++);
                    int count = (int) Math.min(block.length, end - done);
                    sentSum.update(block, 0, count);
                    out.write(block, 0, count);
                    done += count;
                    sent = done;
                }
                return null;
            };
        }

        Callable<Void> receiveTo(long end) {
            return () -> {
                InputStream in = to.getInputStream();
                byte[] buffer = new byte[1 << 18];
                while (received < end) {
                    int n = in.read(buffer, 0, (int) Math.min(buffer.length, end - received));
                    expect(n > 0, name + ": ended after " + received + " bytes");
                    receivedSum.update(buffer, 0, n);
                    received += n;
                }
                return null;
            };
        }

        void check() {
            expect(sent == received && sentSum.getValue() == receivedSum.getValue(), name + ": other bytes arrived");
        }
    }

    /** Starts a client or a server, and returns the port it listens on. */
    private static int start(
            List<Process> processes, String launcher, String role, Path key, int to, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher, role, "-k", key.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1:0", "127.0.0.1:" + to));
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        BufferedReader errors = process.errorReader();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            Matcher said = LISTENING.matcher(line);
            if (said.find()) {
                Thread rest = new Thread(() -> repeat(role, errors));
                rest.setDaemon(true);
                rest.start();
                return Integer.parseInt(said.group(1));
            }
        }
        throw new IOException("the " + role + " does not start");
    }

    private static void repeat(String role, BufferedReader errors) {
        try {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                say(role + " says: " + line);
            }
        } catch (IOException e) {
            // The process was ended.
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
