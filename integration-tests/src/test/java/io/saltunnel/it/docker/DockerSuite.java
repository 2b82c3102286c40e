package io.saltunnel.it.docker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of scenarios that need a Docker engine. Its methods may take a {@link Testbed}.
 *
 * <p>Without an engine each scenario is reported as skipped, or as failed with {@code -Ddocker.required=true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("docker")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(DockerSuiteExtension.class)
@interface DockerSuite {}
