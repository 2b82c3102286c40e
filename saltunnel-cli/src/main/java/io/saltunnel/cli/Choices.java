package io.saltunnel.cli;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands the values of options to a builder, and reports what it refuses by the name of the option. */
final class Choices {

    private final Faults faults;

    Choices(Faults faults) {
        this.faults = faults;
    }

    /** Is told what is wrong with a value. */
    interface Faults {

        /**
         * Takes note, or throws.
         *
         * @param option its long name with dashes, or {@code listen} or {@code to}
         * @param what one line for the user
         */
        void found(String option, String what);

        /** The same for something that works, but not as the user may think. */
        void warned(String option, String what);
    }

    /** Makes a choice unless the user left it to the program. */
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
