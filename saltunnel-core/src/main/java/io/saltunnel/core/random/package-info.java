/** Sources of random bytes. */
@NullMarked
package io.saltunnel.core.random;

import org.jspecify.annotations.NullMarked;
