/** What a running process says of itself, in a terminal. */
@NullMarked
package io.saltunnel.cli.top;

import org.jspecify.annotations.NullMarked;
