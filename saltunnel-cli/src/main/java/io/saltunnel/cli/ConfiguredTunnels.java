package io.saltunnel.cli;

import io.saltunnel.cli.config.ConfigReader;
import io.saltunnel.cli.config.Configuration;
import io.saltunnel.cli.config.OptionKeys;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.config.Setting;
import io.saltunnel.cli.config.Settings;
import io.saltunnel.cli.config.Suggestion;
import io.saltunnel.cli.status.Tallies;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.address.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The tunnels and the process options of a configuration file. */
final class ConfiguredTunnels {

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Problems problems;
    private final ConfigOptions options = new ConfigOptions();
    private final List<TunnelPlan> plans = new ArrayList<>();
    private final List<TunnelPlan> incomplete = new ArrayList<>();
    private final Map<String, Settings> labels = new HashMap<>();
    private Transport transport = Transport.AUTO;
    private Optional<Endpoint> status = Optional.empty();
    private ReplayPlan replays = ReplayPlan.NONE;
    private Map<String, Object> processValues = Map.of();

    private ConfiguredTunnels(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads a file, and those in {@code conf.d} beside it.
     *
     * @param problems receives what is wrong with them, now and later from the plans
     */
    static ConfiguredTunnels read(Path file, Problems problems) {
        return read(file, problems, options -> {});
    }

    /**
     * Reads like {@link #read(Path, Problems)}.
     *
     * @param process receives the options of {@code [process]} before anything creates a logger, as planning a tunnel
     *     does: the logger would keep the default verbosity and format
     */
    static ConfiguredTunnels read(Path file, Problems problems, Consumer<ConfigOptions> process) {
        ConfiguredTunnels tunnels = new ConfiguredTunnels(problems);
        Configuration configuration = ConfigReader.read(file, problems);
        tunnels.readProcess(configuration.process(), process);
        tunnels.refuseInDefaults(configuration.defaults());
        configuration.tunnels().forEach(tunnels::readTunnel);
        PlanChecks.check(tunnels.plans);
        tunnels.status.ifPresent(address -> PlanChecks.checkStatus(address, tunnels.plans));
        return tunnels;
    }

    /** The plans of the tunnels that lack nothing. */
    List<TunnelPlan> plans() {
        return List.copyOf(plans);
    }

    /** Reads the keys, and checks the options of all tunnels, even of those that lack something. */
    PreparedTunnels prepare(KeyRing keys, Tallies tallies) {
        return PreparedTunnels.of(plans, incomplete, keys, tallies);
    }

    /** The values in {@code [process]}, by which a reload finds a change. */
    Map<String, Object> processValues() {
        return processValues;
    }

    ConfigOptions options() {
        return options;
    }

    Transport transport() {
        return transport;
    }

    /** The address of the status page; empty for none. */
    Optional<Endpoint> status() {
        return status;
    }

    /** Where replays are remembered beyond this process. */
    ReplayPlan replays() {
        return replays;
    }

    private void readProcess(Settings settings, Consumer<ConfigOptions> process) {
        TableReader reader = TableReader.ofProcess(options, problems);
        reader.read(settings);
        process.accept(options);
        processValues = reader.values();
        Choices.Faults faults = faultsIn(settings);
        Choices choices = new Choices(faults);
        replays = ReplayPlan.of(options.replays, choices, faults);
        transport = choices.read("--transport", options.process.transport, ProcessSetup::transport)
                .orElse(Transport.AUTO);
        status = Optional.ofNullable(options.process.status)
                .flatMap(address -> choices.read("--status", address, StatusPlan::address));
    }

    private void refuseInDefaults(Settings defaults) {
        for (String key : List.of(TableReader.NAME, TunnelPlan.LISTEN)) {
            defaults.get(key)
                    .ifPresent(setting -> problems.add(
                            setting.place(), "'" + key + "' differs for each tunnel: put it below [[tunnel]]"));
        }
    }

    private void readTunnel(Settings settings) {
        Optional<String> label = label(settings);
        Optional<TunnelMode> mode = mode(settings);
        TunnelCommand command = TableReader.newCommand(mode.orElse(TunnelMode.CLIENT));
        TableReader reader = TableReader.ofTunnel(command, problems);
        boolean complete = reader.read(settings);
        Optional<TunnelPlan> plan = TunnelPlan.of(label.orElse(""), command, faultsIn(settings));
        if (plan.isPresent() && complete && mode.isPresent()) {
            plans.add(plan.get().withValues(reader.values()));
        } else {
            TableReader.chooseSomeAddresses(command.options());
            TunnelPlan.of("", command, faultsIn(settings)).ifPresent(incomplete::add);
        }
    }

    private Choices.Faults faultsIn(Settings settings) {
        return new Choices.Faults() {
            @Override
            public void found(String option, String what) {
                problems.add(settings.placeOf(OptionKeys.keyOf(option)), what);
            }

            @Override
            public void warned(String option, String what) {
                problems.warn(settings.placeOf(OptionKeys.keyOf(option)), what);
            }
        };
    }

    private Optional<String> label(Settings settings) {
        Optional<Setting> setting = settings.get(TableReader.NAME);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        String label = setting.get().value() instanceof String text ? text : "";
        if (!LABEL.matcher(label).matches()) {
            problems.add(
                    setting.get().valuePlace(),
                    "the name of a tunnel has 1 to 64 letters, digits, dots, dashes and underscores, in quotes");
            return Optional.empty();
        }
        Settings first = labels.putIfAbsent(label, settings);
        if (first != null) {
            problems.add(
                    setting.get().valuePlace(),
                    "the name '" + label + "' is taken by the tunnel at " + first.place()
                            + ": give each tunnel its own");
        }
        return Optional.of(label);
    }

    private Optional<TunnelMode> mode(Settings settings) {
        Optional<Setting> setting = settings.get(TableReader.MODE);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        String name = String.valueOf(setting.get().value());
        Optional<TunnelMode> mode = TunnelMode.named(name);
        if (mode.isEmpty()) {
            problems.add(
                    setting.get().valuePlace(),
                    "'" + name + "' is no mode of a tunnel" + Suggestion.among(name, TunnelMode.names()));
        }
        return mode;
    }
}
