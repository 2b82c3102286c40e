/**
 * The program as people get it: {@code saltunnel.jar}, started as processes of its own on loopback, with the JDK that
 * runs the build.
 *
 * <pre>
 *   application (the test) ── client (a process) ── server (a process) ── target (the test)
 * </pre>
 *
 * <p>What the processes say is in {@code target/process-logs} afterwards, and in the report of a test that failed.
 * Nothing here depends on the speed of the machine: tests wait for what must come, for half a minute at most. Start
 * with {@link io.saltunnel.it.process.Processes}.
 */
@NullMarked
package io.saltunnel.it.process;

import org.jspecify.annotations.NullMarked;
