/** How servers are asked to prove the key, without a tunnel. */
@NullMarked
package io.saltunnel.cli.probe;

import org.jspecify.annotations.NullMarked;
