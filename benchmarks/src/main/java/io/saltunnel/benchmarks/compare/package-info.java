/** Compares the tunnel with its peers on this machine in one run: whole programs, real sockets, loopback only. */
@NullMarked
package io.saltunnel.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
