/** The order in which connections lead on. Not API. */
@NullMarked
package io.saltunnel.netty.internal.order;

import org.jspecify.annotations.NullMarked;
