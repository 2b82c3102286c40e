package io.saltunnel.cli.status;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A count for each constant of an enum. Any thread. */
final class Counts<E extends Enum<E>> {

    /** Not changed after construction. */
    private final Map<E, LongAdder> adders;

    Counts(Class<E> type) {
        adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
    }

    void add(E constant) {
        LongAdder adder = adders.get(constant);
        if (adder != null) {
            adder.increment();
        }
    }

    /** The counts by the constants' names in lower case, in the order of the constants. */
    Map<String, Long> byName() {
        Map<String, Long> counts = new LinkedHashMap<>();
        adders.forEach((constant, adder) -> counts.put(constant.name().toLowerCase(Locale.ROOT), adder.sum()));
        return counts;
    }
}
