package io.saltunnel.cli;

/** The version in the jar's manifest. Needs no class of a library, so that it is shown at once. */
final class ProgramVersion {

    private ProgramVersion() {}

    /**
     * Whether the arguments request nothing else. {@link SaltunnelCommand} does the same when there are more arguments.
     */
    static boolean isRequested(String... arguments) {
        return arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"));
    }

    static String text() {
        String version = ProgramVersion.class.getPackage().getImplementationVersion();
        return "saltunnel " + (version == null ? "(not from a jar)" : version);
    }
}
