package io.saltunnel.cli;

import io.saltunnel.core.secret.CLibrary;
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

    /** The streams of this process. */
    static StandardStreams ofProcess() {
        return new OfProcess();
    }

    /** Makes the channels on demand, because most commands don't use them. */
    final class OfProcess implements StandardStreams {

        @Override
        public ReadableByteChannel in() {
            return new FileInputStream(FileDescriptor.in).getChannel();
        }

        @Override
        public WritableByteChannel out() {
            return new FileOutputStream(FileDescriptor.out).getChannel();
        }

        @Override
        public boolean typed() {
            // If this is unknown, it is false: reading to the end of the input, without a prompt, always works.
            return CLibrary.bind(Terminal.class).isEmpty() && Terminal.isatty(0) == 1;
        }
    }

    /** Asks the C library. */
    final class Terminal {

        private Terminal() {}

        static native int isatty(int descriptor);
    }
}
