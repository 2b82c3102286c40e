package io.saltunnel.it.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.DockerClientFactory;

/**
 * Skips the suite, with a clear message, if there is no engine. Otherwise gives each scenario its {@link Testbed} and
 * writes the result to {@code target/docker-suite}.
 *
 * <p>The shared parts are made for the first scenario and removed at the end of the test run. The parts of one scenario
 * are removed after it, whether it passed or failed.
 */
final class DockerSuiteExtension
        implements ExecutionCondition, ParameterResolver, BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(DockerSuiteExtension.class);
    private static final AtomicBoolean ANNOUNCED = new AtomicBoolean();

    static {
        // On a busy machine, everything may take many times as long.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        // Also called for the class. Leaves the decision to its methods, so that every scenario counts as skipped.
        if (context.getTestMethod().isEmpty() || Engine.isThere(context)) {
            return ConditionEvaluationResult.enabled("there is a Docker engine");
        }
        String reason =
                "no Docker engine answers; `docker/suite` installs one, runs the Docker suite and stops it again";
        if (Boolean.getBoolean("docker.required")) {
            throw new IllegalStateException("docker.required is set, but " + reason);
        }
        if (ANNOUNCED.compareAndSet(false, true)) {
            String line = "*".repeat(100);
            System.err.printf("%n%s%n** THE DOCKER SUITE IS LEFT OUT: %s%n%s%n%n", line, reason, line);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Testbed.class;
    }

    @Override
    public Testbed resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Backbone backbone = root(context).computeIfAbsent(Backbone.class, key -> Backbone.start(), Backbone.class);
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Testbed.class, key -> new Testbed(backbone, Report.folderOf(context)), Testbed.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(Instant.class, Instant.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Instant start = context.getStore(NAMESPACE).get(Instant.class, Instant.class);
        Report.add(context, start == null ? Duration.ZERO : Duration.between(start, Instant.now()));
    }

    private static Store root(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }

    /** Whether an engine answers; checked once. */
    private record Engine(boolean answers) {

        static boolean isThere(ExtensionContext context) {
            return root(context)
                    .computeIfAbsent(
                            Engine.class,
                            key -> new Engine(DockerClientFactory.instance().isDockerAvailable()),
                            Engine.class)
                    .answers();
        }
    }
}
