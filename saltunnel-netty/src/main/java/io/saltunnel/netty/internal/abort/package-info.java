/** Ends streams and connections so that no peer mistakes a cut-off stream for a whole one. Not API. */
@NullMarked
package io.saltunnel.netty.internal.abort;

import org.jspecify.annotations.NullMarked;
