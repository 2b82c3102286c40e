/** Seals and opens chunks in the pipeline. Not API. */
@NullMarked
package io.saltunnel.netty.internal.cipher;

import org.jspecify.annotations.NullMarked;
