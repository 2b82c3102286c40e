package io.saltunnel.netty.stage;

/**
 * Makes a {@link PipelineStage} known by a name, so that the command line and other programs can ask for it without knowing its class.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation in {@code META-INF/services/io.saltunnel.netty.stage.PipelineStageProvider}, or in a module's {@code provides}. Being found changes nothing: a stage is used only where it
 * is asked for.
 *
 * <p>A whole one:
 *
 * {@snippet class="io.saltunnel.examples.stage.QuotaStageProvider" region="provider"}
 */
public interface PipelineStageProvider {
    /**
     * What the stage is asked for by.
     *
     * @return a word without spaces and {@code '='}
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
