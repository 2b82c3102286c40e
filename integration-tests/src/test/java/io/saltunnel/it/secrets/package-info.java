/**
 * Searches the memory of a process. The program runs as users get it; the test knows the keys and the plaintext, and
 * looks for them in every readable page.
 *
 * <pre>
 *   reference client ── server (a process) ── target (the test)
 *   application (the test) ── client (a process) ── reference server
 * </pre>
 *
 * <p>Linux only, and only for users that may read a process that isn't dumpable: root, or a user that may create user
 * namespaces. Start with {@link io.saltunnel.it.secrets.MemoryScan}.
 */
package io.saltunnel.it.secrets;
