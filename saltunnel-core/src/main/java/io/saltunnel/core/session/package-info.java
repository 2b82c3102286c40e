/** An established tunnel: its two keys, and the sealing and opening of chunks in each direction. */
@NullMarked
package io.saltunnel.core.session;

import org.jspecify.annotations.NullMarked;
