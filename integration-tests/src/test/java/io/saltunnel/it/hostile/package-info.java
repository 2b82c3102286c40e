/**
 * The effects of attackers, bad networks and shortages on a tunnel: attacks, faults, floods, and the measurements
 * behind {@code docs/RELIABILITY.md}.
 */
@NullMarked
package io.saltunnel.it.hostile;

import org.jspecify.annotations.NullMarked;
