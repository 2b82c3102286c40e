/** The command line as a process: the classes it loads, its messages, its end. */
@NullMarked
package io.saltunnel.it.cli;

import org.jspecify.annotations.NullMarked;
