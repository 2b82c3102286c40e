/**
 * The long-term key and its two forms outside the process: 32 bytes in a file, and hexadecimal text for people. Neither
 * passes through the Java heap.
 */
@NullMarked
package io.saltunnel.core.key;

import org.jspecify.annotations.NullMarked;
