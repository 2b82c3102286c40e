package io.saltunnel.it.netns;

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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cable with delays and losses, in user space, for kernels without netem. It carries packets between two TUN
 * interfaces, both ways alike. Needs root.
 *
 * <p>The script {@code netns/run} uses it as a program, {@code java io.saltunnel.it.netns.PacketPipe NAME NAME}, which
 * makes the interfaces in its own namespace, to be moved elsewhere. Each line of standard input is a command, answered
 * by one line:
 *
 * <pre>
 *   set DELAY LATE% LATER DOUBLED% LOST%   every packet takes DELAY ms; these percentages
 *                                          are LATER ms later, are sent twice, or don't arrive
 *   count                                  packets carried, overtaken by later ones, doubled
 *                                          and lost since the last set
 * </pre>
 *
 * The program ends with its standard input.
 */
public final class PacketPipe {
    /** Direct calls of the C library. */
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

    private static final int PROTOCOL_AT = 9;
    private static final int TCP = 6;
    private static final int LARGEST_HEADERS = 120;

    /**
     * What happens to packets.
     *
     * @param delayMillis how long each packet takes
     * @param latePercent how many take {@code laterMillis} longer
     * @param laterMillis how much longer
     * @param doubledPercent how many arrive twice
     * @param lostPercent how many don't arrive
     */
    public record Faults(int delayMillis, int latePercent, int laterMillis, int doubledPercent, int lostPercent) {
        /** A short cable. */
        public static final Faults NONE = delay(0);

        /** Nothing arrives. */
        public static final Faults CUT = new Faults(0, 0, 0, 0, 100);

        /** A long cable. */
        public static Faults delay(int millis) {
            return new Faults(millis, 0, 0, 0, 0);
        }
    }

    private final Direction there;
    private final Direction back;
    private volatile Faults faults = Faults.NONE;

    /** Joins two interfaces, given as what {@link #tun} returned. */
    PacketPipe(int one, int other) {
        there = new Direction(one, other);
        back = new Direction(other, one);
        there.start();
        back.start();
    }

    /** Sets the faults from now on. Packets in flight arrive as they would have without the change. */
    public void set(Faults next) {
        faults = next;
        there.reset();
        back.reset();
    }

    /**
     * Loses the next TCP packets with data that go from the other interface to the first, whatever else is lost. Their
     * sender's system sends them again.
     *
     * @param packets how many
     */
    public void loseNextDataFromOther(int packets) {
        back.dataToLose.set(packets);
    }

    public static void main(String[] names) throws IOException {
        PacketPipe pipe = new PacketPipe(tun(names[0]), tun(names[1]));
        System.out.println("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            if (words[0].equals("set")) {
                int[] n =
                        Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
                pipe.set(new Faults(n[0], n[1], n[2], n[3], n[4]));
                System.out.println("set");
            } else {
                System.out.printf(
                        "%d %d %d %d%n",
                        pipe.there.carried + pipe.back.carried,
                        pipe.there.overtaken + pipe.back.overtaken,
                        pipe.there.doubled + pipe.back.doubled,
                        pipe.there.lost + pipe.back.lost);
            }
        }
        System.exit(0);
    }

    /** Makes a TUN interface in the namespace of the calling thread, and returns its file. */
    static int tun(String name) throws IOException {
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

        final AtomicInteger dataToLose = new AtomicInteger();

        volatile long carried;
        volatile long overtaken;
        volatile long doubled;
        volatile long lost;

        Direction(int from, int to) {
            this.from = from;
            this.to = to;
        }

        void start() {
            daemon(this::takeIn).start();
        }

        private static Thread daemon(Runnable task) {
            Thread thread = new Thread(task, "packets");
            thread.setDaemon(true);
            return thread;
        }

        synchronized void reset() {
            carried = overtaken = doubled = lost = 0;
            dataToLose.set(0);
        }

        private void takeIn() {
            byte[] buffer = new byte[LARGEST_PACKET];
            int length = take(buffer);
            while (length >= 0) { // below, when the interface is gone
                pass(Arrays.copyOf(buffer, length), faults);
                length = take(buffer);
            }
            out.shutdownNow();
        }

        private int take(byte[] buffer) {
            return C.read(from, buffer, new NativeLong(buffer.length)).intValue();
        }

        private synchronized void pass(byte[] packet, Faults now) {
            if (chance(now.lostPercent) || isDataToLose(packet)) {
                lost++;
                return;
            }
            int millis = now.delayMillis + (chance(now.latePercent) ? now.laterMillis : 0);
            long number = ++taken;
            out.schedule(() -> letOut(packet, number), millis, TimeUnit.MILLISECONDS);
            if (chance(now.doubledPercent)) {
                doubled++;
                out.schedule(() -> write(packet), millis, TimeUnit.MILLISECONDS);
            }
        }

        private boolean isDataToLose(byte[] packet) {
            boolean data = packet.length > LARGEST_HEADERS && packet[0] >> 4 == 4 && packet[PROTOCOL_AT] == TCP;
            return data && dataToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
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
