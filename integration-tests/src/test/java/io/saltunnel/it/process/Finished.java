package io.saltunnel.it.process;

/**
 * The result of a command.
 *
 * @param output its standard output
 * @param errors its standard error
 */
record Finished(int exitCode, String output, String errors) {}
