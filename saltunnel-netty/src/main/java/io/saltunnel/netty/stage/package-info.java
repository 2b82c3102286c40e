/** What a tunnel can be extended with: handlers at named places of its pipelines. */
@NullMarked
package io.saltunnel.netty.stage;

import org.jspecify.annotations.NullMarked;
