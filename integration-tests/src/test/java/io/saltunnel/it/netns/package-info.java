/**
 * Two network namespaces and a cable between them that delays and loses packets, for tests of long and dead paths.
 * Needs root, {@code /dev/net/tun} and the program {@code ip}.
 */
package io.saltunnel.it.netns;
