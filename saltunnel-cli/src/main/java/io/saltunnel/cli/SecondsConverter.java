package io.saltunnel.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
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

    private static final Pattern TIME = Pattern.compile("(-?(?:\\d{1,20}\\.?\\d{0,9}|\\.\\d{1,9}))(ms|s|m|h)?");
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(1_000_000);

    @Override
    public Duration convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a number of seconds, nor a time such as 500ms, 30s, 5m or 1h");
        }
        BigDecimal seconds = new BigDecimal(time.group(1)).multiply(secondsIn(time.group(2)));
        if (seconds.signum() < 0) {
            throw new TypeConversionException("'" + text + "' is less than 0 seconds");
        }
        if (seconds.compareTo(MAX_SECONDS) > 0) {
            throw new TypeConversionException("'" + text + "' is more than " + MAX_SECONDS + " seconds");
        }
        return Duration.ofMillis(
                seconds.movePointRight(3).setScale(0, RoundingMode.UP).longValueExact());
    }

    private static BigDecimal secondsIn(@Nullable String unit) {
        return switch (unit == null ? "s" : unit) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3600);
            default -> BigDecimal.ONE;
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
