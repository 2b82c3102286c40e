/** Decides how much a channel reads, and when. Not API. */
@NullMarked
package io.saltunnel.netty.internal.read;

import org.jspecify.annotations.NullMarked;
