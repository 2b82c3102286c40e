/**
 * The end-to-end suite: real programs through Saltunnel's image, with client and server in separate containers.
 *
 * <pre>
 *   application ── (network) ── client ── (network) ── server ── (network) ── target
 * </pre>
 *
 * <p>The networks have no other connection, and none leads out. Every class marked
 * {@link io.saltunnel.it.docker.DockerSuite} holds scenarios; each opens with its goal. Start with
 * {@link io.saltunnel.it.docker.Testbed}.
 */
@NullMarked
package io.saltunnel.it.docker;

import org.jspecify.annotations.NullMarked;
