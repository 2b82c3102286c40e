/**
 * A second implementation of {@code docs/PROTOCOL.md}, by hand and on BouncyCastle, slow and simple: the peer in tests
 * of the real one. It uses no class of Saltunnel, so that the two can't share a mistake.
 */
@NullMarked
package io.saltunnel.it.reference;

import org.jspecify.annotations.NullMarked;
