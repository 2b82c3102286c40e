/** Makes servers prove that they have the key, without a tunnel. */
@NullMarked
package io.saltunnel.cli.probe;

import org.jspecify.annotations.NullMarked;
