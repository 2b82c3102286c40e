/** Tools that the build of the distribution uses. None of them is in it. */
@NullMarked
package io.saltunnel.dist;

import org.jspecify.annotations.NullMarked;
