package io.saltunnel.cli.config;

import java.util.List;

/**
 * What the configuration files say, before options are looked at.
 *
 * @param process the settings of the process
 * @param defaults the settings of all tunnels
 * @param tunnels the settings of each tunnel, with the defaults
 */
public record Configuration(Settings process, Settings defaults, List<Settings> tunnels) {}
