/** Measurements: JMH and side by side. */
@NullMarked
package io.saltunnel.benchmarks;

import org.jspecify.annotations.NullMarked;
