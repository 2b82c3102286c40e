/** A web server that only holders of the key can reach. */
@NullMarked
package io.saltunnel.examples.http;

import org.jspecify.annotations.NullMarked;
