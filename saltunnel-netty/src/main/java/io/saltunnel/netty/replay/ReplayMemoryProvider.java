package io.saltunnel.netty.replay;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a kind of {@link ReplayMemory} available by the scheme of its address, so that the command line and other
 * programs can use it without knowing its class.
 *
 * <p>Found by {@link ServiceLoader}: name the implementation, a public class with a public constructor without
 * parameters, in {@code META-INF/services/io.saltunnel.netty.replay.ReplayMemoryProvider}, or in a module's {@code
 * provides}. The module {@code saltunnel-redis} has one for Redis and Valkey. Each call of {@link #load} creates new
 * providers and calls them, on the calling thread.
 */
public interface ReplayMemoryProvider {
    /**
     * The addresses that this provider understands.
     *
     * @return their schemes, in lower case
     */
    Set<String> schemes();

    /**
     * Checks an address without connecting anywhere.
     *
     * @param address has one of the schemes
     * @throws IllegalArgumentException with a message for the user, if the address is invalid
     */
    void check(URI address);

    /**
     * Opens a memory. It connects, and connects again whenever it has to, in the background: the caller is not kept
     * waiting for a store that doesn't answer.
     *
     * @param store where it is
     * @return a memory that the caller owns and closes
     * @throws IllegalArgumentException with a message for the user, if the address is invalid
     * @throws java.io.UncheckedIOException if the file with the password can't be read
     */
    ReplayMemory open(ReplayStore store);

    /**
     * Finds the provider for an address on the class path or the module path, as the calling thread's context class
     * loader sees it.
     *
     * @param address a URI with a scheme
     * @return a new provider, which has checked the address
     * @throws IllegalArgumentException with a message for the user, if there is no provider for its scheme, or the
     *     address is invalid
     * @throws java.util.ServiceConfigurationError if a provider on the path can't be made
     */
    static ReplayMemoryProvider load(URI address) {
        Objects.requireNonNull(address, "address");
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        TreeSet<String> known = new TreeSet<>();
        for (ReplayMemoryProvider provider : ServiceLoader.load(ReplayMemoryProvider.class)) {
            if (provider.schemes().contains(scheme)) {
                provider.check(address);
                return provider;
            }
            known.addAll(provider.schemes());
        }
        throw new IllegalArgumentException("there is no memory of replays at '" + scheme + "://'; "
                + (known.isEmpty() ? "no module for one is on the path" : "there are: " + String.join(", ", known)));
    }
}
