/** The plaintext of the handshake's frames: bytes to records and back. Other packages seal and open them. */
@NullMarked
package io.saltunnel.core.wire;

import org.jspecify.annotations.NullMarked;
