package io.saltunnel.cli.status;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What is found under which path. One thread. */
final class Routes {

    private final Probes probes;
    private final Metrics metrics;

    Routes(Probes probes, Metrics metrics) {
        this.probes = probes;
        this.metrics = metrics;
    }

    /**
     * Answers a request.
     *
     * @param path without a query
     * @param query what follows the question mark; empty without one
     * @param accept the {@code Accept} header; empty without one
     * @return empty if nothing is there; completed by any thread, and never with a failure
     */
    Optional<CompletableFuture<Answer>> get(String path, String query, String accept) {
        return switch (path) {
            case "/livez" -> now(probes.live());
            case "/readyz" -> query.equals("deep=1") ? Optional.of(probes.deeplyReady()) : now(probes.ready());
            case "/metrics" -> now(metrics.answer(accept));
            default -> Page.file(path).map(CompletableFuture::completedFuture);
        };
    }

    private static Optional<CompletableFuture<Answer>> now(Answer answer) {
        return Optional.of(CompletableFuture.completedFuture(answer));
    }
}
