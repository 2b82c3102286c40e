package io.saltunnel.cli;

import io.saltunnel.cli.config.Suggestion;
import io.saltunnel.cli.doctor.SelfTest;
import io.saltunnel.cli.status.ProcessWarning;
import io.saltunnel.core.secret.ProcessProtection;
import io.saltunnel.netty.Transport;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up a process that is to run tunnels. */
final class ProcessSetup {

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    private static final String MACHINE_ID = "io.netty.machineId";

    private ProcessSetup() {}

    /**
     * Sets the properties that Java and Netty read once. Has an effect only before the first look-up, buffer and
     * channel.
     */
    static void chooseProperties() {
        disableNameCache();
        disableLeakDetection();
        nameNoMachine();
    }

    /**
     * Makes every connection look up the name of its target, so that a target with a new address is found. By default
     * the virtual machine caches an answer for half a minute, and a failure for ten seconds; the system's resolver
     * knows better how long an answer is valid.
     */
    private static void disableNameCache() {
        // By default Java tries IPv4 first, and ignores the administrator's order.
        System.setProperty(
                "java.net.preferIPv6Addresses", System.getProperty("java.net.preferIPv6Addresses", "system"));
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /**
     * Turns off Netty's leak detection, which takes two stack traces for one buffer in 128, unless a level is set. The
     * tests set a level that checks every buffer.
     */
    private static void disableLeakDetection() {
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }

    /**
     * Prevents Netty's search for a network card, whose address makes channel identifiers unique among machines.
     * Nothing here uses the identifiers, and Netty warns on a machine without a card.
     */
    private static void nameNoMachine() {
        if (System.getProperty(MACHINE_ID) == null) {
            System.setProperty(MACHINE_ID, "02:00:00:00:00:00:00:00");
        }
    }

    /**
     * Protects the process's memory, and makes the checks that the options ask for.
     *
     * @return what others can see in spite of the protection
     * @throws CommandFailure if one fails
     */
    static List<ProcessWarning> protect(ProcessOptions options, Transport transport) {
        Logger log = LoggerFactory.getLogger(ProcessSetup.class); // after the verbosity and the format are chosen
        log.debug(
                "Java {} by {}, in {}",
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
        ProcessProtection protection = ProcessProtection.apply();
        log.debug(
                "hidden from debuggers: {}; no core files: {}; all memory locked: {}",
                words(protection.notDumpable()),
                words(protection.noCoreFile()),
                words(protection.wholeProcessLocked()));
        List<ProcessWarning> exposures = Exposures.warnings(protection);
        exposures.forEach(each -> log.warn("{}", each.text()));
        if (options.selfTest) {
            refuse(SelfTest.firstFailure());
            log.debug("the self-test passed");
        }
        if (options.requireLock) {
            ProcessProtection.requireLockedMemory();
        }
        if (!transport.isAvailable()) {
            throw new CommandFailure("the transport " + transport + " is not available here", null);
        }
        return exposures;
    }

    private static String words(ProcessProtection.Result measure) {
        return measure.done() ? "yes" : "no, " + measure.reason();
    }

    /** Fails if the self-test has found a fault. */
    static void refuse(Optional<String> failure) {
        if (failure.isPresent()) {
            throw new CommandFailure("the self-test failed: " + failure.get(), null);
        }
    }

    /**
     * Finds a transport.
     *
     * @throws IllegalArgumentException with a message for the user, if there is none of this name
     */
    static Transport transport(String name) {
        List<String> names =
                Arrays.stream(Transport.values()).map(Transport::toString).toList();
        return Arrays.stream(Transport.values())
                .filter(candidate -> candidate.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + name + "' is not a transport" + Suggestion.among(name, names)));
    }
}
