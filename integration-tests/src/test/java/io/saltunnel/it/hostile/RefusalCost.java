package io.saltunnel.it.hostile;

import io.saltunnel.it.reference.ReferenceFrames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the processor time that one connection costs a server, for each kind of input:
 * {@code RefusalCost ROUNDS CONNECTIONS}, run by {@code integration-tests/measure refusal}.
 *
 * <p>Counts all threads of the server's process, and the kernel's work for them: accepting, reading, checking, closing.
 * The kinds take turns; the output has the medians of the rounds. Each connection stays until there are a hundred newer
 * ones, so that the server has read its input, and then resets.
 */
public final class RefusalCost {
    private static final int KEPT = 100;
    private static final int SOURCES = 16;

    enum Kind {
        /** The cost of any TCP server. */
        NOTHING,
        JUNK {
            @Override
            byte[] hello(BadInput.Attacker attacker) {
                return BadInput.A_FRAME.bytes(attacker);
            }
        },
        REPLAYED {
            @Override
            byte[] hello(BadInput.Attacker attacker) {
                return attacker.recorded();
            }
        },
        /** The hello is admitted and answered; message0 would make the connection a tunnel. */
        ACCEPTED {
            @Override
            byte[] hello(BadInput.Attacker attacker) {
                return BadInput.NOTHING_AFTER_SERVERHI.bytes(attacker);
            }
        };

        byte[] hello(BadInput.Attacker attacker) {
            return new byte[0];
        }
    }

    private RefusalCost() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int connections = Integer.parseInt(args[1]);
        try (ServerSocket target = new ServerSocket(0, 100, MeasuredServer.LOOPBACK);
                MeasuredServer server = new MeasuredServer((InetSocketAddress) target.getLocalSocketAddress())) {
            BadInput.Attacker attacker = BadInput.Attacker.withRecording(server.address(), server.key());
            Map<Kind, List<Double>> micros = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                micros.put(kind, new ArrayList<>());
                for (int i = 0; i < 2; i++) {
                    measure(server, kind, attacker, connections); // warm-up
                }
            }
            for (int round = 0; round < rounds; round++) {
                for (Kind kind : Kind.values()) {
                    micros.get(kind).add(measure(server, kind, attacker, connections));
                }
            }
            System.out.println(MeasuredServer.surroundings());
            double nothing = median(micros.get(Kind.NOTHING));
            micros.forEach((kind, each) -> System.out.printf(
                    Locale.ROOT,
                    "%-9s %6.1f us a connection, %6.1f us beyond TCP (%d x %d; rounds from %.1f to %.1f)%n",
                    kind,
                    median(each),
                    median(each) - nothing,
                    rounds,
                    connections,
                    each.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                    each.stream().mapToDouble(Double::doubleValue).max().orElse(0)));
        }
    }

    private static double measure(MeasuredServer server, Kind kind, BadInput.Attacker attacker, int connections)
            throws IOException, InterruptedException {
        List<byte[]> hellos = new ArrayList<>(connections);
        for (int i = 0; i < connections; i++) {
            hellos.add(kind.hello(attacker));
        }
        Thread.sleep(200); // everything of the previous round has ended
        long before = server.cpuNanos();
        ArrayDeque<Socket> open = new ArrayDeque<>();
        for (int i = 0; i < connections; i++) {
            Socket socket = connect(server.address(), i);
            socket.getOutputStream().write(hellos.get(i));
            open.add(socket);
            if (open.size() > KEPT) {
                leave(open.remove(), kind);
            }
        }
        for (Socket socket : open) {
            leave(socket, kind);
        }
        Thread.sleep(200);
        return (server.cpuNanos() - before) / 1e3 / connections;
    }

    /** One address doesn't have enough ports for all. */
    private static Socket connect(InetSocketAddress server, int number) throws IOException {
        Socket socket = new Socket();
        socket.setSoLinger(true, 0);
        socket.setSoTimeout(10_000);
        socket.bind(new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 2, 0, (byte) (1 + number % SOURCES)}), 0));
        socket.connect(server);
        return socket;
    }

    private static void leave(Socket socket, Kind kind) throws IOException {
        if (kind == Kind.ACCEPTED
                && socket.getInputStream().readNBytes(ReferenceFrames.FRAME).length < ReferenceFrames.FRAME) {
            throw new IOException("a hello was refused");
        }
        socket.close();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
