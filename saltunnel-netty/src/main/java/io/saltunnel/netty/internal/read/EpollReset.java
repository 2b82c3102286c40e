package io.saltunnel.netty.internal.read;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/** Loaded only where there is an epoll channel. Any thread. */
final class EpollReset {

    private EpollReset() {}

    /**
     * Whether it was for a reset that epoll wanted to read: no read would tell before somebody asks for one, and a
     * stalled reader may never ask.
     */
    static boolean isReset(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel connection
                    && connection.fd() instanceof Socket socket
                    && socket.isOpen()
                    && socket.getSoError() != 0;
        } catch (IOException e) {
            return false; // closed meanwhile, which is told in another way
        }
    }
}
