/** Describes failures in log lines, and limits how often they are logged. Not API. */
@NullMarked
package io.saltunnel.netty.internal.log;

import org.jspecify.annotations.NullMarked;
