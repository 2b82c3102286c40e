/** Measurements: by JMH, and side by side with other programs. */
@NullMarked
package io.saltunnel.benchmarks;

import org.jspecify.annotations.NullMarked;
