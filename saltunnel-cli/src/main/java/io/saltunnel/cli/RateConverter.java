package io.saltunnel.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a rate in bytes a second, at least 1: {@code 500}, {@code 500k}, {@code 1.5M}, {@code 2G}, decimal multiples. */
final class RateConverter implements ITypeConverter<Long> {

    private static final Pattern RATE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)([kKmMgG]?)");
    private static final BigDecimal MAX = BigDecimal.TEN.pow(15);

    @Override
    public Long convert(String text) {
        Matcher rate = RATE.matcher(text);
        if (!rate.matches()) {
            throw new TypeConversionException("'" + text + "' is not a number of bytes a second, such as 500k or 20M");
        }
        BigDecimal bytes = new BigDecimal(rate.group(1)).movePointRight(zeros(rate.group(2)));
        if (bytes.compareTo(BigDecimal.ONE) < 0) {
            throw new TypeConversionException("'" + text + "' is less than 1 byte a second");
        }
        return bytes.min(MAX).setScale(0, RoundingMode.DOWN).longValueExact();
    }

    private static int zeros(String multiple) {
        return switch (multiple) {
            case "k", "K" -> 3;
            case "m", "M" -> 6;
            case "g", "G" -> 9;
            default -> 0;
        };
    }
}
