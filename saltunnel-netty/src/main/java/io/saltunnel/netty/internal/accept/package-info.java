/** When a listening channel accepts: the client's cap, and the server's pacing. Not API. */
@NullMarked
package io.saltunnel.netty.internal.accept;

import org.jspecify.annotations.NullMarked;
