/** Why a connection failed, in words. Not API. */
@NullMarked
package io.saltunnel.netty.internal.reason;

import org.jspecify.annotations.NullMarked;
