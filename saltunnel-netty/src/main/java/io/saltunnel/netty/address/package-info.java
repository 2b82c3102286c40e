/** Addresses of both sides of a tunnel. */
@NullMarked
package io.saltunnel.netty.address;

import org.jspecify.annotations.NullMarked;
