package io.saltunnel.core.handshake;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * The content of a file of replays: {@link #MAGIC}, a version, when it was written by each clock, the windows with the
 * checksums of their keys, and a hash of it all. One thread at a time.
 *
 * @param found whether the windows go on as they were
 * @param windows by the checksums of the keys. If the file can't be believed, they only know admitted hellos, and accept
 *     none from before now
 */
record StoredWindows(FoundReplays found, Map<String, ReplayWindow> windows) {

    /** No other kind of file begins so. */
    private static final byte[] MAGIC = "saltunnel-replay".getBytes(StandardCharsets.US_ASCII);

    private static final int VERSION = 1;

    /**
     * How much the two clocks may differ since the file was written, in milliseconds. It is less than a machine takes
     * to start.
     */
    private static final long MAX_DRIFT_MILLIS = 3000;

    /** A later run may be preceded by one that used another file or none. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /**
     * The clocks by which a file has an age.
     *
     * @param clock the clock of the servers
     * @param nanoTime a monotonic clock, which begins anew when the machine is started
     * @param boot differs after each start of the machine; empty if the system doesn't tell
     */
    record Clocks(InstantSource clock, LongSupplier nanoTime, String boot) {

        static Clocks ofMachine(InstantSource clock, LongSupplier nanoTime) {
            try {
                return new Clocks(clock, nanoTime, Files.readString(BOOT_ID).strip());
            } catch (IOException e) {
                return new Clocks(clock, nanoTime, "");
            }
        }
    }

    /** Whether it is the content of another file: it doesn't begin as this does, and isn't zeros, as after a power cut. */
    static boolean isForeign(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        int length = Math.max(0, file.read(bytes, 0));
        int same = Math.min(length, MAGIC.length);
        if (Arrays.equals(bytes.array(), 0, same, MAGIC, 0, same)) {
            return false;
        }
        for (long at = 0; length > 0; at += length, length = file.read(bytes.clear(), at)) {
            for (int i = 0; i < length; i++) {
                if (bytes.get(i) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Reads a file that isn't empty. */
    static StoredWindows read(FileChannel file, Clocks clocks, int capacity) throws IOException {
        try {
            return readWhole(file, clocks, capacity);
        } catch (DamagedException | EOFException | UTFDataFormatException e) {
            return new StoredWindows(FoundReplays.DAMAGED, Map.of());
        }
    }

    private static StoredWindows readWhole(FileChannel file, Clocks clocks, int capacity) throws IOException {
        MessageDigest digest = sha256();
        DataInputStream in = new DataInputStream(
                new DigestInputStream(new BufferedInputStream(Channels.newInputStream(file.position(0))), digest));
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC) || in.readInt() != VERSION) {
            throw new DamagedException();
        }
        String boot = in.readUTF();
        long millis = in.readLong();
        long nanos = in.readLong();
        FoundReplays found = found(boot, millis, nanos, clocks);
        boolean believed = found == FoundReplays.WINDOWS;
        LongFunction<ServerStart> start = believed
                ? firstSecond -> new ServerStart(clocks.clock, clocks.nanoTime, firstSecond, nanos)
                : firstSecond -> new ServerStart(clocks.clock, clocks.nanoTime);
        WindowReader windows = new WindowReader(in, capacity, believed);
        for (int count = in.readInt(); count > 0; count--) {
            windows.read(start);
        }
        byte[] expected = digest.digest();
        if (!Arrays.equals(in.readNBytes(expected.length), expected) || in.read() >= 0) {
            throw new DamagedException();
        }
        return new StoredWindows(found, windows.forget(clocks.clock.instant().getEpochSecond()));
    }

    private static FoundReplays found(String boot, long writtenMillis, long writtenNanos, Clocks clocks) {
        long millis = clocks.clock.millis() - writtenMillis;
        long nanos = clocks.nanoTime.getAsLong() - writtenNanos;
        boolean known = !boot.isEmpty() && !clocks.boot.isEmpty();
        if (known && !boot.equals(clocks.boot)) {
            return FoundReplays.OTHER_BOOT;
        }
        if (nanos < 0 || Math.abs(millis - nanos / 1_000_000) > MAX_DRIFT_MILLIS) {
            return FoundReplays.OTHER_CLOCK;
        }
        return millis > MAX_AGE.toMillis() ? FoundReplays.OLD : FoundReplays.WINDOWS;
    }

    /** Writes to a file from its beginning. */
    static void write(Map<String, ReplayWindow> windows, FileChannel file, Clocks clocks) throws IOException {
        MessageDigest digest = sha256();
        DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new DigestOutputStream(Channels.newOutputStream(file.position(0)), digest)));
        out.write(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(clocks.boot);
        out.writeLong(clocks.clock.millis());
        out.writeLong(clocks.nanoTime.getAsLong());
        out.writeInt(windows.size());
        for (var each : windows.entrySet()) {
            each.getValue().writeTo(out);
            out.writeUTF(each.getKey());
        }
        out.flush();
        out.write(digest.digest());
        out.flush();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** The file was not written whole. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;
    }
}
