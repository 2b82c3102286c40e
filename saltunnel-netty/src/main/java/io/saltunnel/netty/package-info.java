/** What embedders use: the tunnel's client, its server, and their pipelines. */
@NullMarked
package io.saltunnel.netty;

import org.jspecify.annotations.NullMarked;
