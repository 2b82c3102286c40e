/** Sockets: what the system is told of them, how much is read and when, and epoll's repair. Not API. */
@NullMarked
package io.saltunnel.netty.internal.transport;

import org.jspecify.annotations.NullMarked;
