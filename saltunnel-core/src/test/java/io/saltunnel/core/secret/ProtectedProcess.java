package io.saltunnel.core.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A separate program, because its measures would outlive the test. It applies them, and prints the results and the
 * kernel's view.
 */
public final class ProtectedProcess {

    private static final int MEBIBYTE = 1 << 20;

    private ProtectedProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println(ProcessProtection.apply());
        try (SecretMemory memory = SecretMemory.create()) {
            if (arguments.length > 0) {
                ProcessProtection.requireLockedMemory();
            }
            System.out.println("at first: " + MemoryLockStatus.ofProcess());
            try (LockedRegion region = LockedRegion.map(MEBIBYTE)) {
                System.out.println("at most: " + MemoryLockStatus.ofProcess() + " with " + region);
            } catch (MemoryLockException e) {
                System.out.println("refused: " + e.getMessage());
            }
            System.out.println("at last: " + MemoryLockStatus.ofProcess());
            useMemory();
            System.out.println(memory);
        }
        print("limits", "core");
        print("maps", "/jna");
    }

    private static void print(String file, String part) throws IOException {
        Files.readAllLines(Path.of("/proc/self", file), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains(part))
                .forEach(System.out::println);
    }

    /** Memory that is allocated after everything was locked must still be usable. */
    private static void useMemory() throws InterruptedException {
        byte[][] later = new byte[16][MEBIBYTE];
        Thread thread = new Thread(() -> System.out.println("a new thread ran beside " + later.length + " new arrays"));
        thread.start();
        thread.join();
    }
}
