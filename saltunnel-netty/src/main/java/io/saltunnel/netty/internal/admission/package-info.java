/** Limits on unauthenticated peers, slots and open files, within the available memory. Not API. */
@NullMarked
package io.saltunnel.netty.internal.admission;

import org.jspecify.annotations.NullMarked;
