package io.saltunnel.it.secrets;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Marked data sent into a connection from both ends, more than the system's own buffers take, and not read at first.
 */
final class Backlog {

    private static final int BYTES = 12 << 20;
    private static final int PIECE = 1 << 16;

    private final TunnelConnection connection;
    private final List<FutureTask<Void>> senders = new ArrayList<>();

    private Backlog(TunnelConnection connection) {
        this.connection = connection;
    }

    static Backlog send(TunnelConnection connection, Mark toPlain, Mark toPeer) {
        Backlog backlog = new Backlog(connection);
        byte[] toPlainPiece = toPlain.repeated(PIECE);
        byte[] toPeerPiece = toPeer.repeated(PIECE);
        backlog.senders.add(run(() -> {
            for (int sent = 0; sent < BYTES; sent += PIECE) {
                connection.peer().send(toPlainPiece);
            }
            return null;
        }));
        backlog.senders.add(run(() -> {
            for (int sent = 0; sent < BYTES; sent += PIECE) {
                connection.plain().getOutputStream().write(toPeerPiece);
            }
            return null;
        }));
        return backlog;
    }

    /** Reads all of it at both ends. */
    void drain() throws Exception {
        FutureTask<Void> plain = run(() -> {
            skip(connection.plain(), BYTES);
            return null;
        });
        FutureTask<Void> peer = run(() -> {
            connection.peer().receive(BYTES);
            return null;
        });
        for (FutureTask<Void> task : List.of(senders.get(0), senders.get(1), plain, peer)) {
            finish(task);
        }
    }

    static void skip(Socket socket, long bytes) throws IOException {
        socket.getInputStream().skipNBytes(bytes);
    }

    private static FutureTask<Void> run(Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "backlog");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void finish(FutureTask<Void> task)
            throws InterruptedException, ExecutionException, TimeoutException {
        task.get(2 * ScannedProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
