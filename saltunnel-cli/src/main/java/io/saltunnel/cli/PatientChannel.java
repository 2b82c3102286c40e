package io.saltunnel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * Blocks, even if the channel's file is in non-blocking mode ({@code O_NONBLOCK}), which another process may have set.
 * In that mode, the channel returns without moving a byte instead of waiting. The mode stays unchanged, because other
 * processes share it.
 */
final class PatientChannel implements ByteChannel {

    private final ByteChannel channel;
    private final Wait wait;

    /** Waits until the file can move data again, or for a moment. */
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
