/**
 * The program as users get it: {@code saltunnel.jar}, started as separate processes on loopback, with the JDK that runs
 * the build.
 *
 * <pre>
 *   application (the test) ── client (a process) ── server (a process) ── target (the test)
 * </pre>
 *
 * <p>The output of the processes is kept in {@code target/process-logs}, and in the report of a failed test. Nothing
 * here depends on the speed of the machine: tests wait up to half a minute for what must happen. Start with
 * {@link io.saltunnel.it.process.Processes}.
 */
@NullMarked
package io.saltunnel.it.process;

import org.jspecify.annotations.NullMarked;
