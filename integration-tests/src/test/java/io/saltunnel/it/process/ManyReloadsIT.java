package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Payload.Checksum;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: fifty tunnels are reloaded two hundred times; no stream loses a byte, and nothing is left behind. */
@Tag("jdk-independent")
class ManyReloadsIT {

    private static final int TUNNELS = 50;
    private static final int STREAMS = 3;
    private static final int RELOADS = 200;

    /** Until these, a program grows by what it loads once. */
    private static final int WARM_UP = 40;

    /** The memory that buffers may add temporarily. A key kept at each reload would add several times as much. */
    private static final long BUFFERS_KIB = 2048;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private SaltunnelProcess program;
    private int summaries;

    /** What the program holds. */
    private record Held(int files, int threads, long lockedKib) {}

    @Test
    void losesNothingAndKeepsNothing() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            write(target, 0);
            program = processes.start("run", Program.command(List.of("run", "-c", file().toString())));
            program.awaitLines("listening on", TUNNELS);
            AtomicBoolean done = new AtomicBoolean();
            List<Task<Boolean>> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                int port = portOf("c" + i);
                streams.add(Task.start(() -> carriesAllOfAStream(port, done)));
            }
            Patience.await("all streams to reach the target").until(() -> target.open() == STREAMS);
            reload(target, 1, WARM_UP);
            Held before = held();
            reload(target, WARM_UP + 1, RELOADS);
            Patience.await("files and threads to be as before")
                    .until(() -> held().files <= before.files && held().threads <= before.threads);
            assertThat(held().lockedKib).isLessThan(before.lockedKib + BUFFERS_KIB);
            assertThat(target.accepted()).isEqualTo(STREAMS);
            done.set(true);
            for (Task<Boolean> stream : streams) {
                assertThat(stream.result()).isTrue();
            }
            program.signal("TERM");
            assertThat(program.exitCode()).isZero();
        }
    }

    /** Every second file is broken, in one of several ways. */
    private void reload(EchoTarget target, int from, int to) throws Exception {
        for (int i = from; i <= to; i++) {
            if (i % 2 == 0) {
                Files.writeString(file(), brokenText(target, i));
                program.signal("HUP");
                program.awaitLines("not reloaded", i / 2);
            } else {
                write(target, i);
                program.signal("HUP");
                program.awaitLines("saltunnel: reloaded", (i + 1) / 2);
            }
        }
    }

    private void write(EchoTarget target, int i) throws IOException {
        if (i % 10 == 1) {
            byte[] key = new byte[Processes.KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Files.write(processes.keyFile(), key);
        }
        Files.writeString(file(), text(target, i));
    }

    private Path file() throws IOException {
        return processes.folder().resolve("saltunnel.toml");
    }

    private String brokenText(EchoTarget target, int i) throws IOException {
        String good = text(target, i);
        return switch (i / 2 % 4) {
            case 0 -> good + "[[tunnel\n";
            case 1 -> good.replaceFirst("grace = \"1h\"", "grace = \"soon\"");
            case 2 -> good.replaceFirst("name = \"c7\"", "name = \"c8\"");
            default -> good.replaceFirst("listen = \"unix:c9.sock\"", "listen = \"unix:none/c9.sock\"");
        };
    }

    /** One server and its clients. Three carry streams, and change too; the others come, go, change or stay. */
    private String text(EchoTarget target, int i) throws IOException {
        StringBuilder text = new StringBuilder("[defaults]\ngrace = \"1h\"\nkey = \"" + processes.keyFile() + "\"\n");
        text.append(tunnel("in", "server", "unix:wire.sock", Processes.text(target.address())))
                .append("max-connections = ")
                .append(50 + i % 3)
                .append('\n');
        for (int client = 0; client < TUNNELS - 1; client++) {
            boolean comesAndGoes = client > 10 && client % 5 == i / 2 % 5;
            String name = comesAndGoes ? "c" + client + "-" + i : "c" + client;
            String listen = client < STREAMS
                    ? "127.0.0.1:0"
                    : comesAndGoes ? "unix:" + name + ".sock" : "unix:c" + client + ".sock";
            text.append(tunnel(name, "client", listen, "unix:wire.sock"));
            if (client < STREAMS) {
                text.append("bandwidth = \"500k\"\nmax-connections = ")
                        .append(1 + i % 4)
                        .append('\n');
            } else if (client % 3 == i / 2 % 3) {
                text.append("access-log = true\n");
            }
        }
        return text.toString();
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n"
                .formatted(name, mode, listen, to);
    }

    private int portOf(String tunnel) {
        String line = program.awaitLine("tunnel " + tunnel + ": listening on");
        return Integer.parseInt(line.replaceAll(".*listening on 127\\.0\\.0\\.1:(\\d+),.*", "$1"));
    }

    /** The locked memory comes from the program's own summary, the rest from the system. */
    private Held held() throws Exception {
        program.signal("USR1");
        summaries++;
        String line = program.awaitLines("KiB of memory", summaries).get(summaries - 1);
        long locked = Long.parseLong(line.replaceAll(".*, (\\d+) KiB of memory.*", "$1"));
        return new Held(program.status().openFiles(), program.status().threads(), locked);
    }

    /** Sends blocks through the tunnel until it is told to end, and compares what comes back. */
    private static boolean carriesAllOfAStream(int port, AtomicBoolean done) throws Exception {
        try (Socket socket = Sockets.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            Task<Checksum> received = Task.start(() -> Payload.readFrom(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            byte[] block = new byte[100_003];
            new Random(port).nextBytes(block);
            CRC32C crc = new CRC32C();
            long length = 0;
            for (byte number = 0; !done.get(); number++) {
                block[0] = number;
                out.write(block);
                crc.update(block);
                length += block.length;
            }
            socket.shutdownOutput();
            return received.result().equals(new Checksum(length, crc.getValue()));
        }
    }
}
