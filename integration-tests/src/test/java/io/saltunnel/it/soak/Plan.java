package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The plan of one connection, derived from its number alone. The application sends the number before its data, so that
 * the target knows its part.
 *
 * @param seed the number, from which the data is derived too
 * @param kind the kind of connection
 * @param upBytes from the application to the target, the header not included
 * @param downBytes from the target to the application
 * @param pauseMillis the pause in the middle, in milliseconds
 */
record Plan(long seed, Kind kind, long upBytes, long downBytes, int pauseMillis) {
    static final int HEADER_BYTES = 8;

    enum Kind {
        QUICK(25, 20_000),
        LARGE(3, 4_000_000),
        /** The application sends in small pieces. */
        SLOW_WRITER(15, 20_000),
        /** The application reads in small pieces. */
        SLOW_READER(15, 200_000),
        /** The application pauses in the middle. */
        IDLE(32, 5_000),
        /** The application reads nothing for a while, so that everything behind it stops. */
        STALLED_READER(2, 8_000_000),
        APPLICATION_ABORTS(5, 200_000),
        TARGET_ABORTS(3, 200_000);

        private static final Kind[] ALL = values();
        private static final int ALL_WEIGHTS = 100;

        private final int weight;
        private final int mostBytes;

        Kind(int weight, int mostBytes) {
            this.weight = weight;
            this.mostBytes = mostBytes;
        }

        boolean aborts() {
            return this == APPLICATION_ABORTS || this == TARGET_ABORTS;
        }

        private static Kind draw(RandomGenerator random) {
            int drawn = random.nextInt(ALL_WEIGHTS);
            for (Kind kind : ALL) {
                drawn -= kind.weight;
                if (drawn < 0) {
                    return kind;
                }
            }
            throw new AssertionError("the weights add up to less than " + ALL_WEIGHTS);
        }
    }

    /** A plan that depends only on its number. */
    static Plan number(long number) {
        Random random = new Random(number * 0x9E3779B97F4A7C15L);
        Kind kind = Kind.draw(random);
        return new Plan(
                number,
                kind,
                kind == Kind.STALLED_READER ? 100 : 1 + random.nextInt(kind.mostBytes),
                1 + random.nextInt(kind.mostBytes),
                500 + random.nextInt(9_500));
    }

    void encode(ByteBuf out) {
        out.writeLong(seed);
    }

    static Plan decode(ByteBuf in) {
        return number(in.readLong());
    }

    Content upwards() {
        return new Content(2 * seed);
    }

    Content downwards() {
        return new Content(2 * seed + 1);
    }
}
