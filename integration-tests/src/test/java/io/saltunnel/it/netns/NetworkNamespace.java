package io.saltunnel.it.netns;

import com.sun.jna.Native;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A network namespace. Sockets that a thread makes inside stay there, whichever thread uses them. */
public final class NetworkNamespace {
    /** Direct calls of the C library. */
    private static final class C {
        static {
            Native.register("c");
        }

        static native int open(String path, int flags);

        static native int close(int fd);

        static native int setns(int fd, int type);
    }

    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;

    private final String name;
    private final String address;

    private NetworkNamespace(String name, String address) {
        this.name = name;
        this.address = address;
    }

    /** Makes a namespace, with loopback. */
    static NetworkNamespace make(String name, String address) throws IOException, InterruptedException {
        ip("netns", "add", name);
        ip("-n", name, "link", "set", "lo", "up");
        return new NetworkNamespace(name, address);
    }

    void delete() throws IOException, InterruptedException {
        ip("netns", "delete", name);
    }

    /** Its address on the cable. */
    public String address() {
        return address;
    }

    /** Does work on a thread inside the namespace, and returns the result. */
    public <T> T inside(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return work.call();
        });
        new Thread(task, name).start();
        return task.get();
    }

    /** The start of a command line: what follows runs inside the namespace, as the same process. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Makes a TUN interface inside, and returns its file. */
    int tun(String interfaceName, NetworkNamespace peer) throws Exception {
        int file = inside(() -> PacketPipe.tun(interfaceName));
        ip("-n", name, "addr", "add", address, "peer", peer.address, "dev", interfaceName);
        ip("-n", name, "link", "set", interfaceName, "up");
        return file;
    }

    /** Moves the calling thread into the namespace. The thread ends with its work. */
    private void enter() throws IOException {
        int file = C.open("/run/netns/" + name, O_RDONLY);
        int result = file < 0 ? file : C.setns(file, CLONE_NEWNET);
        C.close(file);
        if (result != 0) {
            throw new IOException("cannot enter the network namespace " + name);
        }
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        int ended = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (ended != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + ended);
        }
    }
}
