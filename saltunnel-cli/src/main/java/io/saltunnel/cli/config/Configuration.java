package io.saltunnel.cli.config;

import java.util.List;

/**
 * The content of the configuration files, before options are checked.
 *
 * @param process the settings of the process
 * @param defaults the settings of all tunnels
 * @param tunnels the settings of each tunnel, with the defaults
 */
public record Configuration(Settings process, Settings defaults, List<Settings> tunnels) {}
