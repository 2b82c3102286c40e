package io.saltunnel.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what a pace costs: how much data it carries, and the processor time of idle connections. Run by {@code
 * integration-tests/measure pace}.
 */
public final class PaceCost {
    private static final long SETTLING_MILLIS = 3_000;
    private static final long MEASURING_NANOS = 10_000_000_000L;
    private static final int IDLE_CONNECTIONS = 100;

    private PaceCost() {}

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        for (String rate : List.of("64k", "1M", "10M")) {
            goodput(rate);
        }
        idle();
        idle("--pace", "64k");
        System.exit(0); // threads may hang in a read
    }

    /** Data that always waits, from the target to the application. */
    private static void goodput(String rate) throws Exception {
        long bytesPerSecond = Long.parseLong(rate.replace("k", "000").replace("M", "000000"));
        try (Processes processes = Processes.untilClosed();
                ServerSocket target = Sockets.listen();
                Socket application = processes
                        .tunnel(Sockets.address(target), "--pace", rate)
                        .connect();
                Socket accepted = Sockets.accept(target)) {
            Task.start(() -> {
                byte[] data = new byte[64 * 1024];
                while (true) {
                    accepted.getOutputStream().write(data);
                }
            });
            InputStream in = application.getInputStream();
            receive(in, SETTLING_MILLIS * 1_000_000);
            long start = System.nanoTime();
            long bytes = receive(in, MEASURING_NANOS);
            double perSecond = bytes * 1e9 / (System.nanoTime() - start);
            System.out.printf(
                    "--pace %s: %,.0f bytes of data a second, %.4f of the rate times 494/512%n",
                    rate, perSecond, perSecond / (bytesPerSecond * 494.0 / 512));
        }
    }

    private static long receive(InputStream in, long nanos) throws IOException {
        long start = System.nanoTime();
        byte[] buffer = new byte[256 * 1024];
        long bytes = 0;
        while (System.nanoTime() - start < nanos) {
            bytes += in.read(buffer);
        }
        return bytes;
    }

    private static void idle(String... options) throws Exception {
        try (Processes processes = Processes.untilClosed();
                ServerSocket target = Sockets.listen()) {
            TunnelPair tunnel = processes.tunnel(Sockets.address(target), options);
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < IDLE_CONNECTIONS; i++) {
                open.add(tunnel.connect());
                open.add(Sockets.accept(target));
            }
            Thread.sleep(4 * SETTLING_MILLIS); // both programs compile
            long start = System.nanoTime();
            long client = tunnel.client().status().processorNanos();
            long server = tunnel.server().status().processorNanos();
            Thread.sleep(MEASURING_NANOS / 1_000_000);
            long clientTook = tunnel.client().status().processorNanos() - client;
            long serverTook = tunnel.server().status().processorNanos() - server;
            double took = System.nanoTime() - start;
            System.out.printf(
                    "%d idle connections, options %s: %.1f %% of a core for the client, %.1f %% for the server%n",
                    IDLE_CONNECTIONS, String.join(" ", options), 100 * clientTook / took, 100 * serverTook / took);
            for (Socket socket : open) {
                Sockets.reset(socket);
            }
        }
    }
}
