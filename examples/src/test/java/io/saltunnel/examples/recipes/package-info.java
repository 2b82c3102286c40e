/** Saltunnel beneath other libraries on Netty; each recipe is run by the test of its name. */
@NullMarked
package io.saltunnel.examples.recipes;

import org.jspecify.annotations.NullMarked;
