/** What locked, wiped buffers cost. */
@NullMarked
package io.saltunnel.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
