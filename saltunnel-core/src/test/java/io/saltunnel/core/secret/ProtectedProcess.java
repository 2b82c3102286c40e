package io.saltunnel.core.secret;

import java.nio.file.Files;
import java.nio.file.Path;

/** A program of its own, since its measures would outlive the test: applies them, prints the results and what the kernel says. */
public final class ProtectedProcess {

    private ProtectedProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (SecretMemory memory = SecretMemory.create()) {
            System.out.println(ProcessProtection.apply());
            System.out.println(memory.lockStatus());
            // Memory asked for after locking everything must still be there.
            byte[][] later = new byte[16][1 << 20];
            System.out.println(later.length + " arrays allocated");
            Thread thread = new Thread(() -> System.out.println("a new thread ran"));
            thread.start();
            thread.join();
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("Vm"))
                    .forEach(System.out::println);
            Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(l -> l.contains("core"))
                    .forEach(System.out::println);
        }
    }
}
