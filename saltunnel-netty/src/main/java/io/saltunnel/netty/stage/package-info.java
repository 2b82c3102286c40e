/** Extensions of a tunnel: handlers at named places of its pipelines. */
@NullMarked
package io.saltunnel.netty.stage;

import org.jspecify.annotations.NullMarked;
