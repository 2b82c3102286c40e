package io.saltunnel.cli.demo;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The demo's services. Each listener and each connection has a daemon thread, which ends when its socket is closed.
 */
final class Loopback {

    private Loopback() {}

    /** Serves every connection on its own thread until the listener is closed. */
    static void serve(ServerSocketChannel listener, String name, Service service) {
        thread(name, () -> {
            while (true) {
                SocketChannel connection = listener.accept();
                thread(name, () -> {
                    try (connection) {
                        service.serve(connection);
                    }
                });
            }
        });
    }

    static Thread thread(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // Closing the socket ends the thread. If it was closed too early, the application notices.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Serves one connection, which is closed afterwards. */
    @FunctionalInterface
    interface Service {

        void serve(SocketChannel connection) throws IOException;
    }

    /** The work of a thread. */
    @FunctionalInterface
    interface Task {

        void run() throws IOException;
    }
}
