/** A Redis client whose connection goes through a tunnel. */
@NullMarked
package io.saltunnel.examples.redis;

import org.jspecify.annotations.NullMarked;
