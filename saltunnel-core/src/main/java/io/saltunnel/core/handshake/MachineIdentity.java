package io.saltunnel.core.handshake;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ClientHi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a client says of itself in clienthi: an opaque machine id, which stands for the machine and its current boot,
 * and a counter that this process never uses twice. One instance serves all of a process's connections; it is safe for
 * use by any number of threads.
 */
public final class MachineIdentity {

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Keeps the id apart from whatever else derives one from the same files. */
    private static final String LABEL = "saltunnel machine and boot\n";

    private final byte[] id;
    private final AtomicLong counter;

    /**
     * An identity with everything given.
     *
     * @param id the machine id, 16 bytes, which are copied
     * @param firstCounter the first counter to hand out, unsigned
     * @throws IllegalArgumentException if the id isn't of that length
     */
    public MachineIdentity(byte[] id, long firstCounter) {
        if (id.length != ClientHi.MACHINE_ID_SIZE) {
            throw new IllegalArgumentException(
                    "machine id has " + id.length + " bytes, not " + ClientHi.MACHINE_ID_SIZE);
        }
        this.id = id.clone();
        this.counter = new AtomicLong(firstCounter);
    }

    /**
     * The identity of this machine, boot and process. The id is the first half of a SHA-256 over the system's machine
     * id and boot id, where there are such (Linux), so that neither can be told from it; elsewhere it is random. The
     * counter starts from the clock, in nanoseconds since 1970, so that a later process goes on above it.
     *
     * @param clock where the counter starts from
     * @param random where the id comes from on a system that has none
     * @return a new identity
     */
    public static MachineIdentity ofThisMachine(InstantSource clock, RandomSource random) {
        return ofFiles(clock, random, MACHINE_ID, BOOT_ID);
    }

    static MachineIdentity ofFiles(InstantSource clock, RandomSource random, Path machineId, Path bootId) {
        Instant now = clock.instant();
        long nanoseconds = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return new MachineIdentity(idOf(random, machineId, bootId), nanoseconds);
    }

    private static byte[] idOf(RandomSource random, Path machineId, Path bootId) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(LABEL.getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(machineId));
            digest.update(Files.readAllBytes(bootId));
            return Arrays.copyOf(digest.digest(), ClientHi.MACHINE_ID_SIZE);
        } catch (IOException e) {
            // No such files here, or not for us: nothing depends on the id but that others choose another.
            byte[] id = new byte[ClientHi.MACHINE_ID_SIZE];
            random.fill(ByteBuffer.wrap(id));
            return id;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * The machine and boot.
     *
     * @return a copy of the 16 bytes
     */
    public byte[] id() {
        return id.clone();
    }

    /**
     * A number for one more clienthi.
     *
     * @return a number one above the last that any thread was given; unsigned
     */
    public long nextCounter() {
        return counter.getAndIncrement();
    }
}
