/** Key memory that is locked, owned by one place, and wiped. */
@NullMarked
package io.saltunnel.core.secret;

import org.jspecify.annotations.NullMarked;
