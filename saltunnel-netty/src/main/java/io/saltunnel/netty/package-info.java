/** The API for embedders: clients and servers of tunnels, and handlers for pipelines. */
@NullMarked
package io.saltunnel.netty;

import org.jspecify.annotations.NullMarked;
