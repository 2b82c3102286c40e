package io.saltunnel.cli.demo;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The demo's little services: a daemon thread for each listener and each connection, which end when their sockets do.
 */
final class Loopback {

    private Loopback() {}

    /** Serves every connection on a thread of its own until the listener is closed. */
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
                        // A closed socket is how this ends; what it broke shows at the application's end.
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

    /** Something with sockets. */
    @FunctionalInterface
    interface Task {

        void run() throws IOException;
    }
}
