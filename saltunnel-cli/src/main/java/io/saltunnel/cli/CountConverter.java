package io.saltunnel.cli;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number from 1 to 1,000,000. */
final class CountConverter implements ITypeConverter<Integer> {

    private static final Pattern DIGITS = Pattern.compile("[+-]?\\d+");
    private static final int MAX = 1_000_000;

    @Override
    public Integer convert(String text) {
        if (!DIGITS.matcher(text).matches()) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
        BigInteger number = new BigInteger(text);
        if (number.signum() <= 0) {
            throw new TypeConversionException("'" + text + "' is less than 1");
        }
        if (number.compareTo(BigInteger.valueOf(MAX)) > 0) {
            throw new TypeConversionException("'" + text + "' is more than " + MAX);
        }
        return number.intValueExact();
    }
}
