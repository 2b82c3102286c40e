package io.saltunnel.it.process;

/**
 * How a command ended.
 *
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
record Finished(int exitCode, String output, String errors) {}
