/**
 * What is left in the memory of a process: the program runs as people get it, and the test, which knows the keys and
 * the plaintext, looks for them in every readable page.
 *
 * <pre>
 *   reference client ── server (a process) ── target (the test)
 *   application (the test) ── client (a process) ── reference server
 * </pre>
 *
 * <p>Linux only, and by somebody who may read a process that is not dumpable: root, or a user who may make user
 * namespaces. Start with {@link io.saltunnel.it.secrets.MemoryScan}.
 */
package io.saltunnel.it.secrets;
