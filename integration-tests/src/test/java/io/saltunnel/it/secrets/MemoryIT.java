package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.secrets.TunnelConnection.Ending;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: while a connection is open, its keys and its plaintext are in locked memory and nowhere else. As soon as it is
 * closed, in whatever way, they are nowhere.
 */
@EnabledOnOs(OS.LINUX)
class MemoryIT {

    private static final int MARK_BYTES = 4096;

    private static final int CONNECTIONS = 1000;
    private static final int AT_ONCE = 8;
    private static final int SMALL_MARK_BYTES = 512;
    private static final int ROUNDS = 128;

    /** A heap so small that it is collected all the time, and would keep forgotten copies. */
    private static final String SMALL_HEAP = "-Xms16m -Xmx16m -Xmn2m -Xlog:gc:stderr";

    /** The version of the protocol that the peer speaks. */
    Version version() {
        return Version.V2;
    }

    @ParameterizedTest
    @EnumSource
    void isLockedWhileOpenAndGoneWhenClosed(Role role) throws Exception {
        try (Subject subject = Subject.start(role, version(), "")) {
            for (Ending ending : Ending.values()) {
                isLockedWhileOpenAndGoneAfter(ending, subject, role);
            }
        }
    }

    private static void isLockedWhileOpenAndGoneAfter(Ending ending, Subject subject, Role role) throws Exception {
        try (TunnelConnection connection = subject.connect()) {
            Mark toPlain = Mark.random("data to the plain side", MARK_BYTES);
            Mark toPeer = Mark.random("data to the peer", MARK_BYTES);
            Needles needles = Subject.needlesFor(connection.peer().secrets(), toPlain, toPeer);

            Backlog backlog = Backlog.send(connection, toPlain, toPeer);
            long patienceEnd = System.nanoTime() + ScannedProcess.PATIENCE.toNanos();
            MemoryScan open = subject.scan(needles);
            while (open.of(toPlain.name()).isEmpty() && System.nanoTime() < patienceEnd) {
                assertThat(open.exposed()).as("unlocked, while open; %s", open).isEmpty();
                open = subject.scan(needles);
            }
            assertThat(open.exposed()).as("unlocked, while open; %s", open).isEmpty();
            assertThat(open.of(toPlain.name())).as("seen where it is").isNotEmpty();
            assertThat(names(open, connection.peer().secrets().keySet()))
                    .as("each once")
                    .containsExactlyInAnyOrderElementsOf(connection.peer().keysInUse());

            if (ending.needsDrained()) {
                backlog.drain();
            }
            ending.happen(connection);
            assertGone(subject, needles, role + ", " + ending);
            assertServes(subject);
        }
    }

    /** The names of all finds of these needles. */
    private static List<String> names(MemoryScan scan, Set<String> needles) {
        return scan.finds().stream()
                .map(MemoryScan.Find::needle)
                .filter(needles::contains)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void keepsNothingOfAHandshakeThatFails(Role role) throws Exception {
        try (Subject subject = Subject.start(role, version(), "")) {
            Map<String, byte[]> secrets = subject.failHandshake();
            assertThat(secrets).isNotEmpty();
            assertGone(subject, Subject.needlesFor(secrets), role + ", handshake failed");
            assertServes(subject);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasOneCopyOfTheLongTermKey(Role role) throws Exception {
        try (Subject subject = Subject.start(role, version(), "")) {
            Needles needles = new Needles().add(Subject.LONG_TERM_KEY, subject.key());
            assertOneLockedCopy(subject.scan(needles));
            for (int i = 0; i < 20; i++) {
                assertServes(subject);
                subject.failHandshake();
            }
            assertOneLockedCopy(subject.scan(needles));
        }
    }

    private static void assertOneLockedCopy(MemoryScan scan) {
        assertThat(scan.finds()).as("%s", scan).hasSize(1);
        assertThat(scan.exposed()).as("%s", scan).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void keepsNothingOfAThousandConnections(Role role) throws Exception {
        try (Subject subject = Subject.start(role, version(), SMALL_HEAP)) {
            Needles needles = new Needles();
            AtomicInteger number = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
            try {
                List<Future<Void>> workers = new ArrayList<>();
                Callable<Void> worker = () -> {
                    for (int n = number.getAndIncrement(); n < CONNECTIONS; n = number.getAndIncrement()) {
                        use(subject, n, needles);
                    }
                    return null;
                };
                for (int i = 0; i < AT_ONCE; i++) {
                    workers.add(threads.submit(worker));
                }
                for (Future<Void> each : workers) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(needles.size()).isGreaterThanOrEqualTo(5 * CONNECTIONS);
            assertGone(
                    subject,
                    needles,
                    role + ", " + CONNECTIONS + " connections, " + collections(subject) + " collections");
            assertThat(collections(subject)).isGreaterThan(5);
            assertOneLockedCopy(subject.scan(new Needles().add(Subject.LONG_TERM_KEY, subject.key())));
        }
    }

    private static long collections(Subject subject) {
        return subject.process().lines().stream()
                .filter(line -> line.contains("Pause"))
                .count();
    }

    /** Sends marked data both ways at once; every fifth connection is cut in the middle. */
    private static void use(Subject subject, int number, Needles needles) throws IOException {
        Mark toPlain = Mark.random("data to the plain side of connection " + number, SMALL_MARK_BYTES);
        Mark toPeer = Mark.random("data to the peer of connection " + number, SMALL_MARK_BYTES);
        try (TunnelConnection connection = subject.connect()) {
            synchronized (needles) {
                connection
                        .peer()
                        .secrets()
                        .forEach((name, secret) -> needles.add(name + " of connection " + number, secret));
                toPlain.addTo(needles);
                toPeer.addTo(needles);
            }
            int bytes = ROUNDS * SMALL_MARK_BYTES;
            connection.peer().send(toPlain.repeated(bytes));
            connection.plain().getOutputStream().write(toPeer.repeated(bytes));
            if (number % 5 == 0) {
                Backlog.skip(connection.plain(), SMALL_MARK_BYTES);
                (number % 2 == 0 ? Ending.PEER_RESETS : Ending.PLAIN_SIDE_RESETS).happen(connection);
            } else {
                Backlog.skip(connection.plain(), bytes);
                connection.peer().receive(bytes);
                Ending.BOTH_FINISH.happen(connection);
            }
        }
    }

    /**
     * Looks at once, and again if necessary: what counts is the time that the process had, not the time of the scans.
     */
    private static void assertGone(Subject subject, Needles needles, String what)
            throws IOException, InterruptedException {
        long scansEnd = System.nanoTime() + ScannedProcess.PATIENCE.toNanos();
        long resumed = System.nanoTime();
        long ran = 0;
        MemoryScan scan;
        do {
            ran += System.nanoTime() - resumed;
            scan = subject.scan(needles);
            resumed = System.nanoTime();
        } while (!scan.isClean() && System.nanoTime() < scansEnd);
        assertThat(scan.finds())
                .as("%d ms after the end: %s", ran / 1_000_000, scan)
                .isEmpty();
        System.out.printf("%s: clean within %d ms; %s%n", what, ran / 1_000_000, scan);
    }

    /** The process still works. */
    private static void assertServes(Subject subject) throws IOException {
        try (TunnelConnection connection = subject.connect()) {
            connection.peer().send(new byte[] {1});
            assertThat(connection.plain().getInputStream().read()).isEqualTo(1);
        }
    }
}
