package io.saltunnel.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a time, to the millisecond: seconds, as in {@code 5}, {@code 0.25} and {@code .5}, or with a unit, as in {@code
 * 500ms}, {@code 30s}, {@code 5m} and {@code 1h}. Zero is allowed.
 */
class SecondsConverter implements ITypeConverter<Duration> {

    private static final Pattern TIME = Pattern.compile("(-)?0*(\\d{0,19})(?:\\.(\\d{0,9}))?(ms|s|m|h)?");
    private static final int MAX_SECONDS = 1_000_000;
    private static final long PER_UNIT = 1_000_000_000;
    private static final long PER_MILLISECOND = PER_UNIT / 1000;

    /** Without BigDecimal, which takes some 20 ms of a program's start. */
    @Override
    public Duration convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches() || text.chars().noneMatch(c -> c >= '0' && c <= '9')) {
            throw new TypeConversionException(
                    "'" + text + "' is not a number of seconds, nor a time such as 500ms, 30s, 5m or 1h");
        }
        String whole = time.group(2);
        long most = MAX_SECONDS * (isMilliseconds(time) ? 1000L : 1);
        long units = whole.length() > 10 ? most + 1 : Math.min(most + 1, whole.isEmpty() ? 0 : Long.parseLong(whole));
        long billionths = units * PER_UNIT + billionths(time.group(3));
        if (time.group(1) != null && billionths > 0) {
            throw new TypeConversionException("'" + text + "' is less than 0 seconds");
        }
        // No overflow: at most 10^15 and a little, times 3,600.
        long nanos = isMilliseconds(time) ? ceilDiv(billionths, 1000) : billionths * secondsIn(time.group(4));
        if (nanos > MAX_SECONDS * PER_UNIT) {
            throw new TypeConversionException("'" + text + "' is more than " + MAX_SECONDS + " seconds");
        }
        return Duration.ofMillis(ceilDiv(nanos, PER_MILLISECOND));
    }

    private static long ceilDiv(long amount, long divisor) {
        return (amount + divisor - 1) / divisor;
    }

    private static boolean isMilliseconds(Matcher time) {
        return "ms".equals(time.group(4));
    }

    private static long billionths(@Nullable String fraction) {
        return fraction == null || fraction.isEmpty() ? 0 : Long.parseLong((fraction + "00000000").substring(0, 9));
    }

    private static int secondsIn(@Nullable String unit) {
        return switch (unit == null ? "s" : unit) {
            case "m" -> 60;
            case "h" -> 3600;
            default -> 1;
        };
    }

    /** Reads a time that must be more than zero. */
    static final class Positive extends SecondsConverter {

        @Override
        public Duration convert(String text) {
            Duration duration = super.convert(text);
            if (duration.isZero()) {
                throw new TypeConversionException("'" + text + "' is not more than 0 seconds");
            }
            return duration;
        }
    }
}
