package io.saltunnel.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Standard input and output as channels, for keys. {@code System.in} and {@code System.out} would leave copies in
 * buffers on the heap.
 */
interface StandardStreams {

    /** Standard input; reads straight into direct buffers. */
    ReadableByteChannel in();

    /** Standard output; writes straight from direct buffers. */
    WritableByteChannel out();

    /** Whether the input is a terminal. */
    boolean typed();

    /** Whether the output is a terminal. */
    boolean shown();

    /**
     * Keeps the terminal from showing what is typed, until the result is closed. Does nothing if that isn't possible.
     *
     * @return closed by the caller, on the same thread
     */
    HiddenTyping hideTyping();

    /** The streams of this process. */
    static StandardStreams ofProcess() {
        return new OfProcess();
    }

    /** Makes the channels on demand, because most commands don't use them. */
    final class OfProcess implements StandardStreams {

        @Override
        public ReadableByteChannel in() {
            return new PatientChannel(
                    new FileInputStream(FileDescriptor.in).getChannel(),
                    () -> Readiness.awaitReadable(Terminal.STANDARD_INPUT));
        }

        @Override
        public WritableByteChannel out() {
            return new PatientChannel(
                    new FileOutputStream(FileDescriptor.out).getChannel(),
                    () -> Readiness.awaitWritable(Terminal.STANDARD_OUTPUT));
        }

        @Override
        public boolean typed() {
            // False if this is unknown, because reading to the end of the input without a prompt always works.
            return Terminal.isTerminal(Terminal.STANDARD_INPUT);
        }

        @Override
        public boolean shown() {
            return Terminal.isTerminal(Terminal.STANDARD_OUTPUT);
        }

        @Override
        public HiddenTyping hideTyping() {
            return Terminal.hideTyping();
        }
    }
}
