package io.saltunnel.examples.stage;

import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStageProvider;

/** Makes the stage known to the command line: {@code --stage quota=1000000}. */
// @start region="provider"
public final class QuotaStageProvider implements PipelineStageProvider {
    @Override
    public String name() {
        return "quota";
    }

    @Override
    public PipelineStage create(String argument) {
        try {
            return new QuotaStage(Long.parseLong(argument));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("quota needs a number of bytes, not '" + argument + "'", e);
        }
    }
}
// @end
