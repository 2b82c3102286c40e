package io.saltunnel.cli;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Passes the values of options to a builder, and reports each refused value by the name of its option. */
final class Choices {

    private final Faults faults;

    Choices(Faults faults) {
        this.faults = faults;
    }

    /** Receives what is wrong with a value. */
    interface Faults {

        /**
         * Records a fault, or throws.
         *
         * @param option its long name with dashes, or {@code listen} or {@code to}
         * @param what one line for the user
         */
        void found(String option, String what);

        /** Records a warning: the value works, but perhaps not as the user expects. */
        void warned(String option, String what);
    }

    /** Passes a value to the setter, unless the user gave none. */
    <T> void make(String option, @Nullable T value, Consumer<T> setter) {
        if (value != null) {
            read(option, value, given -> {
                setter.accept(given);
                return given;
            });
        }
    }

    /** Reads a value; empty if it is refused. */
    <T, R> Optional<R> read(String option, T value, Function<T, R> reader) {
        try {
            return Optional.of(reader.apply(value));
        } catch (IllegalArgumentException e) {
            faults.found(option, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
