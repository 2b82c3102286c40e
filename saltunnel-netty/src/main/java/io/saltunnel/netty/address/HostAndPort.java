package io.saltunnel.netty.address;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address as users write it: {@code 127.0.0.1:80}, {@code [::1]:80}, {@code example.org:80}, or {@code :80} for
 * every interface. Immutable: any thread may use it.
 *
 * @param host an IPv4 or IPv6 address without brackets, a host name in ASCII (one in another script is converted, as in
 *     {@code xn--mnchen-3ya}), or the empty string for every interface
 * @param port 0 to 65535; 0 asks the system for a free port, and is useful only for listening
 */
public record HostAndPort(String host, int port) implements Endpoint {
    private static final int MAX_NAME_LENGTH = 253;
    private static final int MAX_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /** Matches mistyped addresses, and 32-bit numbers, which C libraries accept as addresses. */
    private static final Pattern LIKE_AN_ADDRESS = Pattern.compile("[0-9]*\\.[0-9.]*|[0-9]{1,10}");

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if the host is neither an address nor a possible name, or the port is out of
     *     range
     */
    public HostAndPort {
        host = inAscii(Objects.requireNonNull(host, "host"));
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and " + MAX_PORT);
        }
        if (!host.isEmpty() && !isAddress(host) && !isName(host)) {
            throw new IllegalArgumentException("'" + host + "' is neither an IP address nor a host name");
        }
    }

    /**
     * Parses {@code host:port}. The port follows the last colon. An IPv6 address is in brackets.
     *
     * @param text the text as typed
     * @return the address, not resolved
     * @throws IllegalArgumentException with a message for the user
     */
    public static HostAndPort parse(String text) {
        Objects.requireNonNull(text, "text");
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' has no port: write host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (!NetUtil.isValidIpV6Address(host)) {
                throw new IllegalArgumentException("'" + host + "' is not an IPv6 address");
            }
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is ambiguous: write an IPv6 address in brackets, as in [::1]:80");
        }
        return new HostAndPort(host, parsePort(text.substring(colon + 1)));
    }

    private static int parsePort(String digits) {
        if (digits.isEmpty()) {
            throw new IllegalArgumentException("the port is missing after ':'");
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                throw new IllegalArgumentException("port '" + digits + "' is not a number");
            }
        }
        if (digits.length() > 5) {
            throw new IllegalArgumentException("port " + digits + " is not between 0 and " + MAX_PORT);
        }
        return Integer.parseInt(digits);
    }

    /** Converts a name in any script to its form for look-ups, {@code xn--...}. */
    private static String inAscii(String host) {
        if (host.chars().allMatch(c -> c < 128)) {
            return host;
        }
        try {
            return IDN.toASCII(host);
        } catch (IllegalArgumentException e) {
            return host; // not a valid name; the constructor rejects it below
        }
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    private static boolean isName(String host) {
        return host.length() <= MAX_NAME_LENGTH
                && NAME.matcher(host).matches()
                && !LIKE_AN_ADDRESS.matcher(host).matches()
                && !host.contains("..");
    }

    /**
     * Returns the address without a look-up.
     *
     * @return the numeric address, or empty when the host is a name, stands for every interface, or names a scope
     *     ({@code fe80::1%eth0}) that this machine doesn't have at the moment
     */
    public Optional<InetAddress> numericAddress() {
        if (host.isEmpty() || !isAddress(host)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(host));
        } catch (UnknownHostException e) { // without a look-up, this means that the interface doesn't exist
            return Optional.empty();
        }
    }

    /**
     * Converts a socket's address to this type.
     *
     * @param address a bound or connected address
     * @return the same, numeric if it is resolved
     * @throws IllegalArgumentException if it is unresolved and its host is not a possible name
     */
    public static HostAndPort of(InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        InetAddress ip = address.getAddress();
        String host = ip == null ? address.getHostString() : NetUtil.toAddressString(ip);
        return new HostAndPort(host, address.getPort());
    }

    @Override
    public InetSocketAddress toSocketAddress() {
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        return numericAddress()
                .map(ip -> new InetSocketAddress(ip, port))
                .orElseGet(() -> InetSocketAddress.createUnresolved(host, port));
    }

    /** The form that {@code parse} reads, with IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
