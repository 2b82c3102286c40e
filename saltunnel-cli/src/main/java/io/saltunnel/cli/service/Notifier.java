package io.saltunnel.cli.service;

/** Sends messages to the service manager. Any thread. */
@FunctionalInterface
interface Notifier {

    /** Sends nothing, because there is no service manager. */
    Notifier NONE = message -> {};

    /**
     * Sends one message. A message that can't be sent is lost.
     *
     * @param message lines of the form {@code NAME=value}, as sd_notify(3) describes them
     */
    void send(String message);
}
