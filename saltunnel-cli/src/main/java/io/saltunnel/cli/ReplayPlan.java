package io.saltunnel.cli;

import io.saltunnel.netty.replay.ReplayMemoryProvider;
import io.saltunnel.netty.replay.WhenUnavailable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a process remembers replays besides its own memory.
 *
 * @param file carries the memory from one run to the next; null for none
 * @param store is shared with other servers; empty for none
 */
record ReplayPlan(@Nullable Path file, Optional<Store> store) {

    static final ReplayPlan NONE = new ReplayPlan(null, Optional.empty());

    /**
     * A store that servers share.
     *
     * @param address of a kind that a module on the path knows
     * @param passwordFile has the password for it; empty for none
     * @param whenUnavailable what servers do without its answers
     */
    record Store(URI address, Optional<Path> passwordFile, WhenUnavailable whenUnavailable) {}

    /**
     * Reads the options.
     *
     * @param choices reports what is wrong with them
     * @param faults likewise
     */
    static ReplayPlan of(ReplayOptions options, Choices choices, Choices.Faults faults) {
        Optional<WhenUnavailable> policy = options.whenUnavailable == null
                ? Optional.of(WhenUnavailable.REFUSE)
                : choices.read(ReplayOptions.WHEN_UNAVAILABLE, options.whenUnavailable, ReplayPlan::policy);
        if (options.place instanceof ReplayPlace.InStore in) {
            checkPasswordFile(options.passwordFile, faults);
            return choices.read(ReplayOptions.REPLAYS, in.address().toString(), text -> checked(in.address()))
                    .flatMap(address ->
                            policy.map(what -> new Store(address, Optional.ofNullable(options.passwordFile), what)))
                    .map(store -> new ReplayPlan(null, Optional.of(store)))
                    .orElse(NONE);
        }
        if (options.passwordFile != null) {
            faults.found(ReplayOptions.PASSWORD_FILE, "there is no store of replays that this is the password for");
        }
        if (options.whenUnavailable != null) {
            faults.found(ReplayOptions.WHEN_UNAVAILABLE, "there is no store of replays that could be unavailable");
        }
        return options.place instanceof ReplayPlace.InFile in ? new ReplayPlan(in.path(), Optional.empty()) : NONE;
    }

    /** This plan, and what it lacks from another one. */
    ReplayPlan or(ReplayPlan other) {
        return new ReplayPlan(file == null ? other.file : file, store.or(() -> other.store));
    }

    private static void checkPasswordFile(@Nullable Path file, Choices.Faults faults) {
        if (file != null && !Files.isReadable(file)) {
            faults.found(ReplayOptions.PASSWORD_FILE, "the password for the store can't be read: " + file);
        }
    }

    /** The message of the exception shows no address, since there may be a password in it. */
    private static URI checked(URI address) {
        ReplayMemoryProvider.load(address);
        return address;
    }

    private static WhenUnavailable policy(String text) {
        return Arrays.stream(WhenUnavailable.values())
                .filter(policy -> policy.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is neither refuse nor local"));
    }
}
