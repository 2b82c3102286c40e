/** Benchmarks of locked buffers that are wiped. */
@NullMarked
package io.saltunnel.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
