/** Starts whole processes and talks to them. */
@NullMarked
package io.saltunnel.it;

import org.jspecify.annotations.NullMarked;
