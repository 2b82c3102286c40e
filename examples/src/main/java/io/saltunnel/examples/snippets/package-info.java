/** Short pieces that the documentation and the Javadoc show. */
@NullMarked
package io.saltunnel.examples.snippets;

import org.jspecify.annotations.NullMarked;
