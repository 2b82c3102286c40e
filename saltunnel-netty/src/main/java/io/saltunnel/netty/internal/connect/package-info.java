/** Makes outgoing connections: names, addresses, attempts. Not API. */
@NullMarked
package io.saltunnel.netty.internal.connect;

import org.jspecify.annotations.NullMarked;
