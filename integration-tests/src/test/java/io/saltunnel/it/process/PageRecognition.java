package io.saltunnel.it.process;

import io.saltunnel.it.process.WireTap.Direction;
import io.saltunnel.it.process.WireTap.Passed;
import io.saltunnel.it.process.WireTap.Recording;
import io.saltunnel.testsupport.observer.NearestNeighbour;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;

/**
 * Records the sizes of simulated pages between both programs, and lets a classifier find the page of each visit: {@code
 * PageRecognition OPTION...}, run by {@code integration-tests/measure pages}. The options are those of both programs.
 *
 * <p>Each of ten pages has parts of sizes of its own, from 200 bytes to 60 kB, which differ by 3 % from visit to visit.
 * The application asks for one part after another, with pauses in between, so that the observer can tell them apart.
 */
public final class PageRecognition {
    private static final int FRAME = 512;
    private static final int PAGES = 10;
    private static final int VISITS = 10;
    private static final int[] PARTS = {1, 2, 8};
    private static final long PAUSE_MILLIS = 15;

    private final Socket application;
    private final Recording recording;

    /** The sizes of all bursts, in frames. */
    private final TreeSet<Integer> sizes = new TreeSet<>();

    private PageRecognition(Socket application, Recording recording) {
        this.application = application;
        this.recording = recording;
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        try (Processes processes = Processes.untilClosed();
                ServerSocket target = Sockets.listen()) {
            SaltunnelProcess server = processes.server(Sockets.address(target), args);
            try (WireTap tap = WireTap.to(server.address());
                    Socket application = Sockets.connect(
                            processes.client(tap.address(), args).address())) {
                Socket accepted = Sockets.accept(target);
                Task.start(() -> {
                    serve(accepted);
                    return null;
                });
                System.out.printf("options of both programs: %s%n", String.join(" ", args));
                new PageRecognition(application, tap.next()).run();
            }
        }
        System.exit(0); // threads may hang in a read
    }

    /** Sends as many bytes as it is asked for. */
    private static void serve(Socket accepted) throws IOException {
        DataInputStream requests = new DataInputStream(accepted.getInputStream());
        while (true) {
            accepted.getOutputStream().write(new byte[requests.readInt()]);
        }
    }

    private void run() throws Exception {
        for (int parts : PARTS) {
            int[][][] seen = new int[PAGES][VISITS][];
            for (int visit = 0; visit < VISITS; visit++) {
                for (int page = 0; page < PAGES; page++) {
                    seen[page][visit] = visit(page, visit, parts);
                }
            }
            System.out.printf(
                    "pages of %d parts: %.0f %% recognized, by chance %.0f %%%n",
                    parts, 100 * NearestNeighbour.shareRecognized(seen), 100.0 / PAGES);
        }
        System.out.printf("%d distinct sizes of bursts, in frames: %s%n", sizes.size(), sizes);
    }

    private int[] visit(int page, int visit, int parts) throws Exception {
        Random ofPage = new Random(page);
        Random ofVisit = new Random(1000L * page + visit);
        int[] bursts = new int[parts];
        for (int i = 0; i < parts; i++) {
            double size = 200 * Math.pow(300, ofPage.nextDouble()) * (0.97 + 0.06 * ofVisit.nextDouble());
            bursts[i] = fetch((int) size);
            sizes.add(bursts[i]);
        }
        Arrays.sort(bursts); // the parts come in any order
        return bursts;
    }

    /** Fetches one part. Returns the frames of its burst. */
    private int fetch(int bytes) throws Exception {
        long from = System.nanoTime();
        new DataOutputStream(application.getOutputStream()).writeInt(bytes);
        application.getInputStream().readNBytes(bytes);
        Thread.sleep(PAUSE_MILLIS);
        List<Passed> burst = recording.passed(Direction.DOWN, from, System.nanoTime());
        return burst.stream().mapToInt(Passed::bytes).sum() / FRAME;
    }
}
