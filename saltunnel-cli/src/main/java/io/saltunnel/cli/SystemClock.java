package io.saltunnel.cli;

import io.saltunnel.core.secret.CLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** This machine's clock, and whether the kernel considers it synchronised. NTP programs tell the kernel. Any thread. */
final class SystemClock {

    /** What the kernel says about the clock. */
    enum Sync {
        SYNCHRONISED("synchronised"),
        NOT_SYNCHRONISED("not synchronised"),
        /** On other systems than Linux, or without native calls. */
        UNKNOWN("maybe not synchronised");

        private final String words;

        Sync(String words) {
            this.words = words;
        }
    }

    /** More bytes than a {@code struct timex} has on any 64-bit Linux. */
    private static final int TIMEX_BYTES = 512;

    /** The offset of {@code status} in a {@code struct timex}. */
    private static final int STATUS_OFFSET = 40;

    /** Set in {@code status} while no program synchronises the clock. */
    private static final int STA_UNSYNC = 0x40;

    private static final boolean AVAILABLE = System.getProperty("os.name", "").startsWith("Linux")
            && CLibrary.bind(SystemClock.class).isEmpty();

    private SystemClock() {}

    static Sync sync() {
        if (!AVAILABLE) {
            return Sync.UNKNOWN;
        }
        byte[] timex = new byte[TIMEX_BYTES]; // its modes are zero, so the call changes nothing
        return adjtimex(timex) < 0 ? Sync.UNKNOWN : sync(timex);
    }

    /** Reads the state from a {@code struct timex} that the kernel has filled. */
    static Sync sync(byte[] timex) {
        int status = ByteBuffer.wrap(timex).order(ByteOrder.nativeOrder()).getInt(STATUS_OFFSET);
        return (status & STA_UNSYNC) == 0 ? Sync.SYNCHRONISED : Sync.NOT_SYNCHRONISED;
    }

    /** Describes the time and the clock's state to the user. */
    static String described(Instant now, Sync sync) {
        return now.truncatedTo(ChronoUnit.SECONDS) + ", " + sync.words;
    }

    static native int adjtimex(byte[] timex);
}
