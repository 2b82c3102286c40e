/**
 * What an attacker, a bad network or a shortage does to a tunnel, and what it does not: attacks, faults, floods, and
 * the measurements behind {@code docs/RELIABILITY.md}.
 */
@NullMarked
package io.saltunnel.it.hostile;

import org.jspecify.annotations.NullMarked;
