package io.saltunnel.cli;

import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.stage.TrafficShape;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses the shape of a tunnel's traffic by the options. */
final class Shaping {

    private Shaping() {}

    /** Reports wrong options of a tunnel, and those that don't go together, to the faults. */
    static void check(TunnelCommand command, Choices choices, Choices.Faults faults) {
        check(command.options().shaping, command.mode(), command.protocol(), choices, faults);
    }

    /**
     * The same for a command of its own.
     *
     * @param protocol as the user wrote it; null for the default
     */
    static void check(
            ShapingOptions options,
            TunnelMode mode,
            @Nullable String protocol,
            Choices choices,
            Choices.Faults faults) {
        read(options, choices, shape -> {});
        if (options.pace != null && options.pad != null) {
            faults.found("--pad", "a pace hides what padded bursts hide, and more: use only one of pace and pad");
        }
        if ((options.pace != null || options.pad != null) && takesVersion1(mode, protocol)) {
            faults.found(
                    "--protocol",
                    "version 1 of the protocol has no padding, which pace and pad need: use version 2 only, or leave them"
                            + " out");
        }
    }

    /** Sets the shape. */
    static void choose(ShapingOptions options, TunnelBuilder<?> tunnel, Choices choices) {
        read(options, choices, tunnel::shape);
    }

    private static void read(ShapingOptions options, Choices choices, Consumer<TrafficShape> setter) {
        choices.make("--pad", options.pad, what -> setter.accept(padding(what)));
        choices.make("--pace", options.pace, rate -> setter.accept(TrafficShape.paced(rate)));
    }

    private static TrafficShape padding(String what) {
        if (!what.equals("bursts")) {
            throw new IllegalArgumentException("'" + what + "' can't be padded: bursts can");
        }
        return TrafficShape.bursts();
    }

    /** Whether the user has chosen version 1, alone or with another. A wrong choice is reported elsewhere. */
    private static boolean takesVersion1(TunnelMode mode, @Nullable String protocol) {
        if (protocol == null) {
            return false;
        }
        try {
            return mode == TunnelMode.CLIENT
                    ? ProtocolNames.version(protocol) == ProtocolVersion.V1
                    : ProtocolNames.accepted(protocol).include(ProtocolVersion.V1);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
