/** One running tunnel: its start, the links of its connections, its end. Not API. */
@NullMarked
package io.saltunnel.netty.internal.link;

import org.jspecify.annotations.NullMarked;
