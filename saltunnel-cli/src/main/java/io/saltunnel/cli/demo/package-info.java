/** The demo: a tunnel on loopback with everything around it, and what it prints. */
@NullMarked
package io.saltunnel.cli.demo;

import org.jspecify.annotations.NullMarked;
