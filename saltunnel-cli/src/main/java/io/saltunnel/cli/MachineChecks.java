package io.saltunnel.cli;

import io.saltunnel.cli.doctor.Check;
import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.cli.doctor.VectorCheck;
import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.core.secret.ProcessProtection;
import io.saltunnel.netty.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The checks of doctor that concern this machine and this process, not the tunnels. */
final class MachineChecks {

    /** The memory that the first connections need. */
    private static final int PROBE_BYTES = 2 << 20;

    private static final String REPORT = "report this, with all lines of saltunnel doctor";

    private MachineChecks() {}

    /** All of them. Protects the process, as the commands do that handle keys. */
    static List<Check> all() {
        ProcessProtection protection = ProcessProtection.apply();
        return List.of(
                check("native library", () -> nativeLibrary(protection)),
                check("locked memory", MachineChecks::lockedMemory),
                check("other processes", () -> otherProcesses(Exposures.despite(protection))),
                check("transport", () -> transport(Transport.AUTO.resolve(), System.getProperty("os.name", ""))),
                check("vector kernels", VectorCheck::look),
                check("open files", () -> openFiles(OpenFilesLimit.ofProcess())),
                check("clock", () -> clock(Instant.now(), SystemClock.sync())));
    }

    private static Check check(String name, Check.Look look) {
        return new Check(name, look, REPORT);
    }

    /** Core files can be prevented wherever the C library can be called; other measures may fail for other reasons. */
    private static Finding nativeLibrary(ProcessProtection protection) {
        return protection.noCoreFile().done()
                ? Finding.ok("the system's C library can be called")
                : Finding.advice(
                        "the system's C library can't be called, so that keys are neither locked nor hidden: "
                                + protection.noCoreFile().reason(),
                        "if a directory for temporary files is mounted noexec, name another one with"
                                + " SALTUNNEL_JAVA_OPTS=-Djna.tmpdir=DIRECTORY");
    }

    private static Finding lockedMemory() {
        try (LockedRegion probe = LockedRegion.map(PROBE_BYTES)) {
            MemoryLockStatus status = MemoryLockStatus.ofProcess();
            return status.advice()
                    .map(advice -> new Finding(Finding.Verdict.ADVICE, advice))
                    .orElseGet(() -> Finding.ok("keys and data are locked, "
                            + (probe.locked() && status.limitBytes() != MemoryLockStatus.NO_LIMIT
                                    ? "up to " + status.limitBytes() + " bytes"
                                    : "without a limit")));
        }
    }

    static Finding otherProcesses(List<String> exposures) {
        return exposures.isEmpty()
                ? Finding.ok("none can attach to this one, and no option exposes keys or data")
                : new Finding(Finding.Verdict.ADVICE, String.join("; ", exposures));
    }

    static Finding transport(Transport best, String system) {
        boolean hasNative = system.startsWith("Linux") || system.startsWith("Mac");
        return best == Transport.NIO && hasNative
                ? Finding.advice(
                        "nio, since Netty's native library can't be loaded",
                        "if a directory for temporary files is mounted noexec, name another one with"
                                + " SALTUNNEL_JAVA_OPTS=-Dio.netty.native.workdir=DIRECTORY")
                : Finding.ok(best.toString());
    }

    static Finding openFiles(Optional<Long> limit) {
        return Finding.ok(limit.map(files -> files + " are allowed").orElse("not limited, as far as is known"));
    }

    static Finding clock(Instant now, SystemClock.Sync sync) {
        String found = "this machine has " + SystemClock.described(now, sync)
                + "; client and server have to agree within an hour";
        return sync == SystemClock.Sync.NOT_SYNCHRONISED
                ? Finding.advice(found, "let an NTP program set the clock, as with `timedatectl set-ntp true`")
                : Finding.ok(found);
    }
}
