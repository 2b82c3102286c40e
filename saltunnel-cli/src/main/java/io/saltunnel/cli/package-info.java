/** The command line. */
@NullMarked
package io.saltunnel.cli;

import org.jspecify.annotations.NullMarked;
