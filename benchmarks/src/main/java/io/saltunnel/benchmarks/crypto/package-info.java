/** JMH benchmarks of the ciphers, with libsodium, Tink and Bouncy Castle beside them. */
@NullMarked
package io.saltunnel.benchmarks.crypto;

import org.jspecify.annotations.NullMarked;
