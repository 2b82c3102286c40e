/** What hellos cost. */
@NullMarked
package io.saltunnel.benchmarks.handshake;

import org.jspecify.annotations.NullMarked;
