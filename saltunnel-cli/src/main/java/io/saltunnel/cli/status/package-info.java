/** What a running process tells about itself over HTTP: probes, metrics, and a page for people. */
@NullMarked
package io.saltunnel.cli.status;

import org.jspecify.annotations.NullMarked;
