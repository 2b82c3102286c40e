/** The order in which outgoing connections begin. Not API. */
@NullMarked
package io.saltunnel.netty.internal.order;

import org.jspecify.annotations.NullMarked;
