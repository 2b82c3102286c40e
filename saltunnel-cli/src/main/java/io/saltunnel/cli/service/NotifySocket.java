package io.saltunnel.cli.service;

import io.saltunnel.core.secret.CLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager's datagram socket, on 64-bit Linux. Java has no UNIX datagram sockets, so this calls the C
 * library. Any thread.
 */
final class NotifySocket implements Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(NotifySocket.class);

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDTIMEO = 21;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int CLOCK_MONOTONIC = 1;

    /** The longest path that fits into a {@code struct sockaddr_un} with its final zero. */
    private static final int MAX_PATH_BYTES = 107;

    /** A service manager that doesn't read delays this program by so much for each message. */
    private static final long PATIENCE_SECONDS = 2;

    private static final String FAILURE = System.getProperty("os.name", "").startsWith("Linux")
            ? CLibrary.bind(NotifySocket.class)
            : "only Linux has this protocol";

    private final int descriptor;
    private final byte[] address;

    private NotifySocket(int descriptor, byte[] address) {
        this.descriptor = descriptor;
        this.address = address;
    }

    /**
     * Opens a socket for messages to an address. It stays open until the process ends.
     *
     * @param name an absolute path, or {@code @} and a name for one without a file
     * @throws IOException if no message can be sent there; the message says why
     */
    static NotifySocket open(String name) throws IOException {
        byte[] address = address(name);
        if (!FAILURE.isEmpty()) {
            throw new IOException(FAILURE);
        }
        int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new IOException("socket() failed with error " + CLibrary.lastError());
        }
        byte[] timeval = new byte[2 * Long.BYTES];
        ByteBuffer.wrap(timeval).order(ByteOrder.nativeOrder()).putLong(PATIENCE_SECONDS);
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval, timeval.length);
        return new NotifySocket(descriptor, address);
    }

    /** Makes a {@code struct sockaddr_un}. A name without a file begins with a zero byte there. */
    private static byte[] address(String name) throws IOException {
        boolean hasFile = name.startsWith("/");
        if (!hasFile && !name.startsWith("@")) {
            throw new IOException("'" + name + "' is neither an absolute path nor @ and a name");
        }
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length > MAX_PATH_BYTES) {
            throw new IOException("'" + name + "' is longer than " + MAX_PATH_BYTES + " bytes");
        }
        if (!hasFile) {
            path[0] = 0;
        }
        return ByteBuffer.allocate(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(path)
                .array();
    }

    @Override
    public void send(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (sendto(descriptor, bytes, bytes.length, MSG_NOSIGNAL, address, address.length) < 0) {
            LOG.debug("the service manager was not told '{}': error {}", message, CLibrary.lastError());
        }
    }

    /** The time of the clock by which systemd orders messages about reloads. Works once a socket was opened. */
    static long monotonicMicros() {
        long[] timespec = new long[2];
        clock_gettime(CLOCK_MONOTONIC, timespec);
        return timespec[0] * 1_000_000 + timespec[1] / 1000;
    }

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int descriptor, int level, int option, byte[] value, int length);

    static native long sendto(int descriptor, byte[] data, long length, int flags, byte[] address, int addressLength);

    @SuppressWarnings("checkstyle:MethodName") // named as in C
    static native int clock_gettime(int clock, long[] timespec);
}
