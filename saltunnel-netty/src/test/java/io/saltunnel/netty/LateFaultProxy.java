package io.saltunnel.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Causes a fault when one direction has ended. */
final class LateFaultProxy extends LoopbackProxy {
    /** What follows the last byte of a direction. */
    @FunctionalInterface
    interface Fault {
        void strike(Socket receiver) throws IOException;
    }

    private final Direction struck;
    private final Fault fault;
    private final CountDownLatch done = new CountDownLatch(1);

    /** The direction whose end is followed by the fault. */
    LateFaultProxy(SocketAddress server, Direction struck, Fault fault) throws IOException {
        super(server);
        this.struck = struck;
        this.fault = fault;
        start();
    }

    /** Whether the fault has happened. */
    boolean awaitFault() throws InterruptedException {
        return done.await(10, TimeUnit.SECONDS);
    }

    @Override
    void carry(Socket from, Socket to, Direction direction) {
        try {
            copy(from, to);
            if (direction == struck) {
                fault.strike(to);
                done.countDown();
            } else {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // The receiver has gone; the test sees the result.
            done.countDown();
        }
    }

    /** Until the end of the stream, or a reset, which may follow the sender's last byte. */
    private static void copy(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int n = read(from, buffer); n >= 0; n = read(from, buffer)) {
            to.getOutputStream().write(buffer, 0, n);
        }
    }

    private static int read(Socket from, byte[] buffer) {
        try {
            InputStream in = from.getInputStream();
            return in.read(buffer);
        } catch (IOException e) {
            return -1;
        }
    }
}
