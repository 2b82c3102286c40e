package io.saltunnel.netty.stage;

/**
 * Makes a {@link PipelineStage} known by a name, so that the command line and other programs can ask for it without
 * knowing its class.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation, a public class with a public constructor
 * without parameters, in {@code META-INF/services/io.saltunnel.netty.stage.PipelineStageProvider}, or in a module's
 * {@code provides}. Being found changes nothing: a stage is used only where it is asked for.
 *
 * <p>Made, and called, by the thread that calls {@link PipelineStage#load}, anew each time; the stage it makes is
 * called by the tunnel's event loops.
 *
 * <p>A whole one:
 *
 * {@snippet class="io.saltunnel.examples.stage.QuotaStageProvider" region="provider"}
 */
public interface PipelineStageProvider {
    /**
     * What the stage is asked for by.
     *
     * @return a word without spaces and {@code '='}; of two providers with one name the first that is found counts
     */
    String name();

    /**
     * Makes a stage.
     *
     * @param argument what the stage is configured with, as the user wrote it; empty for none
     * @return a new stage
     * @throws IllegalArgumentException with a message for the user, if the argument makes no sense
     */
    PipelineStage create(String argument);
}
