package io.saltunnel.cli;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.regex.Pattern;

/** Explains to the user why the program can't listen on an address. */
final class ListenFailure {

    /** What the native transports put before the system's message. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(.*?\\) failed(?: with error\\(-?\\d+\\))?: ");

    private ListenFailure() {}

    /**
     * Describes a failed start.
     *
     * @param address the address to listen on
     * @param cause what was thrown: the transports throw different types with the system's words in their messages
     */
    static String at(Endpoint address, Throwable cause) {
        return "cannot listen on " + address + ": " + reason(address, cause);
    }

    private static String reason(Endpoint address, Throwable cause) {
        String told = "can't listen on " + address + ": ";
        String message = String.valueOf(cause.getMessage());
        if (address instanceof HostAndPort tcp) {
            return reason(tcp.port(), cause);
        }
        return message.startsWith(told) ? message.substring(told.length()) : message;
    }

    private static String reason(int port, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return "no such host";
        }
        if (message.contains("Address already in use")) {
            return "the port is in use";
        }
        if (message.contains("Permission denied")) {
            return "permission denied"
                    + (port > 0 && port < 1024 ? " (ports below 1024 are for privileged processes)" : "");
        }
        if (message.contains("Cannot assign requested address") || message.contains("Can't assign requested address")) {
            return "this machine doesn't have the address";
        }
        if (cause instanceof UnsupportedAddressTypeException
                || message.contains("Address family not supported")
                || message.contains("Protocol family unavailable")) {
            return "this machine has no IPv6";
        }
        return cause.getMessage() == null
                ? "the system doesn't say why"
                : NATIVE_CALL.matcher(message).replaceFirst("");
    }
}
