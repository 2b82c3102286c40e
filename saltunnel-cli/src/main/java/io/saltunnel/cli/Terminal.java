package io.saltunnel.cli;

import io.saltunnel.core.secret.CLibrary;

/** The terminal of this process, by the C library. */
final class Terminal {

    static final int STANDARD_INPUT = 0;
    static final int STANDARD_OUTPUT = 1;

    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");

    /** More than {@code struct termios} has on any system. */
    private static final int TERMIOS_BYTES = 256;

    /** The offset of {@code c_lflag}: after three words of 4 bytes on Linux, of 8 bytes on macOS. */
    private static final int LOCAL_FLAGS = MAC ? 24 : 12;

    private static final int ECHO = 0x8;

    /** The line feed is shown, so that the next line begins on a new one. */
    private static final int ECHO_LINE_FEED = MAC ? 0x10 : 0x40;

    private static final int NOW = 0;

    /** Discards what was typed and not read, because a shell would take the rest of a pasted key for commands. */
    private static final int THROW_AWAY_INPUT = 2;

    private static final boolean AVAILABLE = CLibrary.bind(Terminal.class).isEmpty();

    private Terminal() {}

    static native int isatty(int descriptor);

    static native int tcgetattr(int descriptor, byte[] termios);

    static native int tcsetattr(int descriptor, int when, byte[] termios);

    /** Returns false if it can't be known. */
    static boolean isTerminal(int descriptor) {
        return AVAILABLE && isatty(descriptor) == 1;
    }

    /** Switches off the echo of standard input. A shutdown hook switches it on again if a signal ends the program. */
    static HiddenTyping hideTyping() {
        byte[] before = new byte[TERMIOS_BYTES];
        if (!AVAILABLE || tcgetattr(STANDARD_INPUT, before) != 0) {
            return () -> {};
        }
        byte[] hidden = before.clone();
        hidden[LOCAL_FLAGS] = (byte) (hidden[LOCAL_FLAGS] & ~ECHO | ECHO_LINE_FEED);
        Thread hook = new Thread(() -> tcsetattr(STANDARD_INPUT, THROW_AWAY_INPUT, before), "terminal");
        Runtime.getRuntime().addShutdownHook(hook);
        if (tcsetattr(STANDARD_INPUT, NOW, hidden) != 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
            return () -> {};
        }
        return () -> {
            tcsetattr(STANDARD_INPUT, THROW_AWAY_INPUT, before);
            removeHook(hook);
        };
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending, and the hook does the same again.
        }
    }
}
