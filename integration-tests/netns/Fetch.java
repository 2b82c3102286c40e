import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/**
 * Both ends of a transfer, for the scenarios beside this file. {@code java Fetch.java serve PORT} is a target;
 * {@code java Fetch.java HOST PORT BYTES} requests that many, checks each byte, and prints the result: {@code whole},
 * {@code reset}, {@code short} or {@code wrong}, how many bytes arrived, in what time, and when the first one arrived.
 */
final class Fetch {
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("serve")) {
            serve(Integer.parseInt(arguments[1]));
        } else {
            fetch(arguments[0], Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
        }
    }

    private static void serve(int port) throws IOException {
        try (ServerSocket listener = new ServerSocket(port)) {
            while (true) {
                Socket socket = listener.accept();
                Thread thread = new Thread(() -> answer(socket));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            long bytes = new DataInputStream(socket.getInputStream()).readLong();
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            Random content = new Random(bytes);
            for (long i = 0; i < bytes; i++) {
                out.write(content.nextInt());
            }
            out.flush();
        } catch (IOException e) {
            // The other end notices.
        }
    }

    private static void fetch(String host, int port, long bytes) throws IOException {
        long start = System.nanoTime();
        long received = 0;
        double first = 0;
        String end;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port));
            new DataOutputStream(socket.getOutputStream()).writeLong(bytes);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Random content = new Random(bytes);
            boolean right = true;
            for (int next = in.read(); next >= 0; next = in.read()) {
                first = received == 0 ? seconds(start) : first;
                received++;
                right &= next == (content.nextInt() & 0xff);
            }
            end = !right || received > bytes ? "wrong" : received < bytes ? "short" : "whole";
        } catch (IOException e) {
            end = "reset";
        }
        System.out.printf("%s %d bytes in %.1f s, the first after %.2f s%n", end, received, seconds(start), first);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
