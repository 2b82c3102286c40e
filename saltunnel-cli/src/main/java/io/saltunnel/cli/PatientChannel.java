package io.saltunnel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * Makes a channel block whose file is in non-blocking mode ({@code O_NONBLOCK}), as another process may have left it.
 * Such a channel moves no byte where it should wait. The mode stays as it is, because other processes share it.
 */
final class PatientChannel implements ByteChannel {

    private final ByteChannel channel;
    private final Wait wait;

    /** Waits until the file can move data again, or for a while. */
    @FunctionalInterface
    interface Wait {
        void untilReady() throws IOException;
    }

    /**
     * A channel that blocks.
     *
     * @param channel closed with this
     */
    PatientChannel(ByteChannel channel, Wait wait) {
        this.channel = channel;
        this.wait = wait;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int bytes = channel.read(into);
        while (bytes == 0 && into.hasRemaining()) {
            wait.untilReady();
            bytes = channel.read(into);
        }
        return bytes;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int bytes = channel.write(from);
        while (bytes == 0 && from.hasRemaining()) {
            wait.untilReady();
            bytes = channel.write(from);
        }
        return bytes;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
