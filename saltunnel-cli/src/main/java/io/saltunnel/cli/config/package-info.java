/** The configuration file: TOML, and where each thing in it stands. It knows options by picocli's model of them only. */
@NullMarked
package io.saltunnel.cli.config;

import org.jspecify.annotations.NullMarked;
