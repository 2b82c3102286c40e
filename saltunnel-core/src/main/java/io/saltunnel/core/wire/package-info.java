/** The plaintext of the handshake's frames: bytes to records and back. What seals and opens them is elsewhere. */
@NullMarked
package io.saltunnel.core.wire;

import org.jspecify.annotations.NullMarked;
