/** Benchmarks of hellos. */
@NullMarked
package io.saltunnel.benchmarks.handshake;

import org.jspecify.annotations.NullMarked;
