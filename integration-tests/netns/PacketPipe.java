import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A cable with delays, in user space, for kernels without netem.
 * {@code java -cp saltunnel.jar PacketPipe.java NAME NAME} makes two TUN interfaces, to be moved into namespaces, and
 * carries packets between them, both ways alike. Each line of standard input is a command, answered by one line:
 *
 * <pre>
 * set DELAY LATE% LATER DOUBLED% LOST%   every packet takes DELAY ms; these percentages
 *                                          are LATER ms later, are sent twice, or don't arrive
 *   count                                  packets carried, overtaken by later ones, doubled
 *                                          and lost since the last set
 * </pre>
 *
 * Needs root. Ends with its standard input.
 */
final class PacketPipe {
    /** Direct calls of the C library, by the program's JNA. */
    private static final class C {
        static {
            Native.register("c");
        }

        static native int open(String path, int flags);

        static native int ioctl(int fd, NativeLong request, byte[] argument);

        static native NativeLong read(int fd, byte[] buffer, NativeLong size);

        static native NativeLong write(int fd, byte[] buffer, NativeLong size);
    }

    private static final int O_RDWR = 2;
    private static final NativeLong TUNSETIFF = new NativeLong(0x400454CAL);
    private static final int IFREQ_SIZE = 40;
    private static final int FLAGS = 16;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_NO_PI = 0x1000;
    private static final int LARGEST_PACKET = 65_536;

    private record Faults(int delayMillis, int latePercent, int laterMillis, int doubledPercent, int lostPercent) {}

    private volatile Faults faults = new Faults(0, 0, 0, 0, 0);

    public static void main(String[] names) throws IOException {
        int one = tun(names[0]);
        int other = tun(names[1]);
        PacketPipe pipe = new PacketPipe();
        Direction there = pipe.new Direction(one, other);
        Direction back = pipe.new Direction(other, one);
        System.out.println("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            if (words[0].equals("set")) {
                int[] n = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
                pipe.faults = new Faults(n[0], n[1], n[2], n[3], n[4]);
                there.reset();
                back.reset();
                System.out.println("set");
            } else {
                System.out.printf(
                        "%d %d %d %d%n",
                        there.carried + back.carried,
                        there.overtaken + back.overtaken,
                        there.doubled + back.doubled,
                        there.lost + back.lost);
            }
        }
        System.exit(0);
    }

    private static int tun(String name) throws IOException {
        int fd = C.open("/dev/net/tun", O_RDWR);
        byte[] request = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), IFREQ_SIZE);
        ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).putShort(FLAGS, (short) (IFF_TUN | IFF_NO_PI));
        if (fd < 0 || C.ioctl(fd, TUNSETIFF, request) < 0) {
            throw new IOException("no TUN interface " + name + ": is there /dev/net/tun, and is this root?");
        }
        return fd;
    }

    /** Packets in one direction. One thread reads them, another writes them when they are due. */
    private final class Direction {
        private final int from;
        private final int to;
        private final SplittableRandom random = new SplittableRandom();
        private final ScheduledExecutorService out = Executors.newSingleThreadScheduledExecutor(Direction::daemon);
        private long taken;
        private long latestOut;

        volatile long carried;
        volatile long overtaken;
        volatile long doubled;
        volatile long lost;

        Direction(int from, int to) {
            this.from = from;
            this.to = to;
            daemon(this::takeIn).start();
        }

        private static Thread daemon(Runnable task) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }

        synchronized void reset() {
            carried = overtaken = doubled = lost = 0;
        }

        private void takeIn() {
            byte[] buffer = new byte[LARGEST_PACKET];
            int length = take(buffer);
            while (length >= 0) { // below, when the interface is gone
                pass(Arrays.copyOf(buffer, length), faults);
                length = take(buffer);
            }
        }

        private int take(byte[] buffer) {
            return C.read(from, buffer, new NativeLong(buffer.length)).intValue();
        }

        private synchronized void pass(byte[] packet, Faults faults) {
            if (chance(faults.lostPercent)) {
                lost++;
                return;
            }
            int millis = faults.delayMillis + (chance(faults.latePercent) ? faults.laterMillis : 0);
            long number = ++taken;
            out.schedule(() -> letOut(packet, number), millis, TimeUnit.MILLISECONDS);
            if (chance(faults.doubledPercent)) {
                doubled++;
                out.schedule(() -> write(packet), millis, TimeUnit.MILLISECONDS);
            }
        }

        private boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        private synchronized void letOut(byte[] packet, long number) {
            carried++;
            if (number < latestOut) {
                overtaken++;
            }
            latestOut = Math.max(latestOut, number);
            write(packet);
        }

        /**
         * A packet that the other interface doesn't accept because it is down is lost like any packet, but not counted
         * as lost.
         */
        private void write(byte[] packet) {
            C.write(to, packet, new NativeLong(packet.length));
        }
    }
}
