/** Where random bytes come from. */
@NullMarked
package io.saltunnel.core.random;

import org.jspecify.annotations.NullMarked;
