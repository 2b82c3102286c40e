/**
 * The layouts of both versions: hellos, message0 and the heads of chunks. Other packages seal and open them. A type
 * whose name ends in 2 is for version 2 only.
 */
@NullMarked
package io.saltunnel.core.wire;

import org.jspecify.annotations.NullMarked;
