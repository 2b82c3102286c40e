package io.saltunnel.cli;

/** What a reload does to connections that proved a key which the configuration no longer has. */
enum Revocation {
    /** They finish under it. */
    LATER,
    /** They are reset. */
    NOW;

    static final String DEFAULT = "later";

    /**
     * Reads what the user wrote.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Revocation named(String text) {
        return switch (text) {
            case DEFAULT -> LATER;
            case "now" -> NOW;
            default -> throw new IllegalArgumentException("'" + text + "' is neither now nor later");
        };
    }
}
