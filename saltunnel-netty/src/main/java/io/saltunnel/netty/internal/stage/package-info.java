/** The stages that every tunnel can be asked for. Not API. */
@NullMarked
package io.saltunnel.netty.internal.stage;

import org.jspecify.annotations.NullMarked;
