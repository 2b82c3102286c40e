/**
 * Thousands of connections of every kind for minutes, beside a flood. Afterwards nothing of them is left, and every
 * byte was right.
 */
@NullMarked
package io.saltunnel.it.soak;

import org.jspecify.annotations.NullMarked;
