package io.saltunnel.core.secret;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures by which a process protects itself, besides locking its secrets. They are for programs whose whole purpose
 * is to handle secrets, not for libraries inside another program. Immutable: any thread may use it.
 *
 * @param notDumpable no debugger of the same user may attach, and no core is dumped ({@code PR_SET_DUMPABLE}; Linux)
 * @param noCoreFile the limit for core files is 0 until the process ends ({@code RLIMIT_CORE}; Linux and macOS)
 * @param wholeProcessLocked all memory, including future allocations, stays out of swap ({@code mlockall}; Linux, and
 *     only where no limit can make later allocations fail)
 */
public record ProcessProtection(Result notDumpable, Result noCoreFile, Result wholeProcessLocked) {

    private static final int PR_SET_DUMPABLE = 4;
    private static final int RLIMIT_CORE = 4;

    /**
     * MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT: a page is locked once it is touched, so that reserved pages cost no
     * memory.
     */
    private static final int LOCK_ALL_ON_FAULT = 1 | 2 | 4;

    private static final int CAP_IPC_LOCK = 14;

    /**
     * The result of one measure.
     *
     * @param done whether the measure is in force
     * @param reason why it isn't, in a few words; empty if it is
     */
    public record Result(boolean done, String reason) {

        private static final Result DONE = new Result(true, "");

        private static Result not(String reason) {
            return new Result(false, reason);
        }

        private static Result of(String call, int returned) {
            return returned == 0 ? DONE : not(call + " failed with error " + Native.getLastError());
        }
    }

    /**
     * Takes all measures that this system has. They hold until the process ends. Any thread may call this, also
     * repeatedly.
     *
     * @return the result of each measure; nothing is thrown
     */
    public static ProcessProtection apply() {
        String failure = CLibrary.bind(Calls.class);
        if (!failure.isEmpty()) {
            Result result = Result.not(failure);
            return new ProcessProtection(result, result, result);
        }
        Result noCoreFile = Result.of("setrlimit", Calls.setrlimit(RLIMIT_CORE, new long[] {0, 0}));
        if (!Platform.isLinux()) {
            Result linuxOnly = Result.not("not available on this system");
            return new ProcessProtection(linuxOnly, noCoreFile, linuxOnly);
        }
        return new ProcessProtection(
                Result.of("prctl", Calls.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)), noCoreFile, lockAll());
    }

    /**
     * Forbids the process, until it ends, to keep secrets in unlocked memory: mapping more throws
     * {@link MemoryLockException} if locking fails. Memory that is mapped already stays as it is. Any thread may call
     * this, also repeatedly.
     */
    public static void requireLockedMemory() {
        LockedRegion.requireLocking();
    }

    private static Result lockAll() {
        if (NativeMemory.lockLimit() != MemoryLockStatus.NO_LIMIT && !mayLockWithoutLimit()) {
            return Result.not("the limit for locked memory is " + NativeMemory.lockLimit() + " bytes");
        }
        return Result.of("mlockall", Calls.mlockall(LOCK_ALL_ON_FAULT));
    }

    private static boolean mayLockWithoutLimit() {
        try {
            // The kernel doesn't accept the capabilities of a user namespace for locking memory.
            return readProc("uid_map").strip().matches("0 +0 +4294967295")
                    && hasCapability(readProc("status"), CAP_IPC_LOCK);
        } catch (IOException e) {
            return false;
        }
    }

    /** Finds the effective capabilities in the text of {@code /proc/self/status}; false if they aren't there. */
    static boolean hasCapability(String status, int capability) {
        return status.lines()
                .filter(line -> line.matches("CapEff:\\s+\\p{XDigit}{1,16}"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .anyMatch(capabilities -> (capabilities >>> capability & 1) == 1);
    }

    private static String readProc(String file) throws IOException {
        return Files.readString(Path.of("/proc/self", file), StandardCharsets.ISO_8859_1);
    }

    private static final class Calls {

        private Calls() {}

        static native int prctl(int option, long argument2, long argument3, long argument4, long argument5);

        static native int setrlimit(int resource, long[] softAndHard);

        static native int mlockall(int flags);
    }
}
