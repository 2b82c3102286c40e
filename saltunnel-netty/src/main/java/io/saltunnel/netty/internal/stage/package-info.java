/** The built-in stages that a tunnel can be configured with. Not API. */
@NullMarked
package io.saltunnel.netty.internal.stage;

import org.jspecify.annotations.NullMarked;
