package io.saltunnel.netty.stage;

import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Makes a {@link PipelineStage} available by name, so that the command line and other programs can use it without
 * knowing its class.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation, a public class with a public constructor
 * without parameters, in {@code META-INF/services/io.saltunnel.netty.stage.PipelineStageProvider}, or in a module's
 * {@code provides}. A provider on the path has no effect by itself: a stage is used only if it is requested.
 *
 * <p>Each call of {@link #load} creates a new provider and calls it, on the calling thread. The tunnel's event loops
 * call the stage that the provider makes.
 *
 * <p>A complete provider:
 *
 * {@snippet lang="java" :
 * public final class QuotaStageProvider implements PipelineStageProvider {
 *     @Override
 *     public String name() {
 *         return "quota";
 *     }
 *
 *     @Override
 *     public PipelineStage create(String argument) {
 *         try {
 *             return new QuotaStage(Long.parseLong(argument));
 *         } catch (NumberFormatException e) {
 *             throw new IllegalArgumentException("quota needs a number of bytes, not '" + argument + "'", e);
 *         }
 *     }
 * }
 * }
 */
public interface PipelineStageProvider {
    /**
     * The name of the stage.
     *
     * @return a word without spaces and {@code '='}; of two providers with the same name, the first one found is used
     */
    String name();

    /**
     * Makes a stage.
     *
     * @param argument the stage's configuration, as the user wrote it; empty for none
     * @return a new stage
     * @throws IllegalArgumentException with a message for the user, if the argument is invalid
     */
    PipelineStage create(String argument);

    /**
     * Finds a provider on the class path or the module path, as the calling thread's context class loader sees it, and
     * lets it make a stage.
     *
     * @param name the provider's {@linkplain PipelineStageProvider#name() name}
     * @param argument the stage's configuration, in the provider's format; empty for none
     * @return a new stage
     * @throws IllegalArgumentException if there is no such provider (the message lists those available), or the
     *     provider doesn't accept the argument
     * @throws java.util.ServiceConfigurationError if a provider on the path can't be made
     */
    static PipelineStage load(String name, String argument) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(argument, "argument");
        TreeMap<String, PipelineStageProvider> providers = new TreeMap<>();
        for (PipelineStageProvider provider : ServiceLoader.load(PipelineStageProvider.class)) {
            providers.putIfAbsent(provider.name(), provider);
        }
        PipelineStageProvider provider = providers.get(name);
        if (provider == null) {
            throw new IllegalArgumentException("there is no stage '" + name + "'; "
                    + (providers.isEmpty()
                            ? "none is on the path"
                            : "there are: " + String.join(", ", providers.keySet())));
        }
        return provider.create(argument);
    }
}
