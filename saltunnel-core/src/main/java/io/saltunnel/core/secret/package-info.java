/**
 * Memory for secrets: outside the Java heap, locked against swapping where the system allows it, left out of core
 * dumps, and wiped when it is released.
 *
 * <p>{@link io.saltunnel.core.secret.SecretMemory} hands out the small secrets (keys, Diffie-Hellman results);
 * {@link io.saltunnel.core.secret.LockedRegion} is a range of whole pages, for code that divides it up by other rules.
 */
@NullMarked
package io.saltunnel.core.secret;

import org.jspecify.annotations.NullMarked;
