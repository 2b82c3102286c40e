package io.saltunnel.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the times of probes of a silent connection: {@code 60}, {@code 60,15,4}, or {@code 1m,15s,4}. */
final class KeepAliveConverter implements ITypeConverter<KeepAliveTimes> {

    private static final Pattern TIMES = Pattern.compile("([^,]+)(?:,([^,]+),(\\d{1,3}))?");

    private final SecondsConverter seconds = new SecondsConverter();

    @Override
    public KeepAliveTimes convert(String text) {
        Matcher times = TIMES.matcher(text.replace(" ", ""));
        if (!times.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not <idle> or <idle>,<interval>,<probes>, such as 60 or 1m,15s,4");
        }
        return new KeepAliveTimes(
                seconds.convert(times.group(1)),
                times.group(2) == null ? KeepAliveTimes.DEFAULT_INTERVAL : seconds.convert(times.group(2)),
                times.group(3) == null ? KeepAliveTimes.DEFAULT_PROBES : Integer.parseInt(times.group(3)));
    }
}
