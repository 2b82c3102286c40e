/** How many peers, slots and files there may be, and what memory allows. Not API. */
@NullMarked
package io.saltunnel.netty.internal.admission;

import org.jspecify.annotations.NullMarked;
