/** The configuration file: its TOML, and the place of each key and value. It knows options only by picocli's model. */
@NullMarked
package io.saltunnel.cli.config;

import org.jspecify.annotations.NullMarked;
