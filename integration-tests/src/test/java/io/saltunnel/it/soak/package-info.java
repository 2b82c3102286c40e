/**
 * Thousands of connections of every kind for minutes, with a flood beside them; afterwards nothing of them is left, and
 * every byte was right.
 */
@NullMarked
package io.saltunnel.it.soak;

import org.jspecify.annotations.NullMarked;
