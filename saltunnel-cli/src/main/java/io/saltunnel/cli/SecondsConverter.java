package io.saltunnel.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads seconds, to the millisecond: {@code 5}, {@code 0.25}, {@code .5}. Zero is allowed. */
class SecondsConverter implements ITypeConverter<Duration> {

    private static final Pattern SECONDS = Pattern.compile("-?(\\d+\\.?\\d*|\\.\\d+)");
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(1_000_000);

    @Override
    public Duration convert(String text) {
        if (!SECONDS.matcher(text).matches()) {
            throw new TypeConversionException("'" + text + "' is not a number of seconds");
        }
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.signum() < 0) {
            throw new TypeConversionException("'" + text + "' is less than 0 seconds");
        }
        if (seconds.compareTo(MAX_SECONDS) > 0) {
            throw new TypeConversionException("'" + text + "' is more than " + MAX_SECONDS + " seconds");
        }
        return Duration.ofMillis(
                seconds.movePointRight(3).setScale(0, RoundingMode.UP).longValueExact());
    }

    /** The same, but zero is too short. */
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
