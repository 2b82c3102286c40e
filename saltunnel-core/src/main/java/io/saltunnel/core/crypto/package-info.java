/** Salsa20, Poly1305, the two secret boxes and X25519, on buffers. */
@NullMarked
package io.saltunnel.core.crypto;

import org.jspecify.annotations.NullMarked;
