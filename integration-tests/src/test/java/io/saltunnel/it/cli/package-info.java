/** The command line as a process: what it loads, what it says, how it ends. */
@NullMarked
package io.saltunnel.it.cli;

import org.jspecify.annotations.NullMarked;
