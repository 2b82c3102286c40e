/** A stage of one's own for the program's pipelines. */
@NullMarked
package io.saltunnel.examples.stage;

import org.jspecify.annotations.NullMarked;
