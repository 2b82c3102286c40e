/** What is logged of failures, in words, and how often. Not API. */
@NullMarked
package io.saltunnel.netty.internal.log;

import org.jspecify.annotations.NullMarked;
