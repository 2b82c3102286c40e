/**
 * The end-to-end suite: real programs through Saltunnel's image, client and server each in a container of its own.
 *
 * <pre>
 *   application ── (network) ── client ── (network) ── server ── (network) ── target
 * </pre>
 *
 * <p>No two of the networks meet anywhere else, and none leads out. Every class marked
 * {@link io.saltunnel.it.docker.DockerSuite} holds scenarios; each opens with its goal. Start with
 * {@link io.saltunnel.it.docker.Testbed}.
 */
@NullMarked
package io.saltunnel.it.docker;

import org.jspecify.annotations.NullMarked;
