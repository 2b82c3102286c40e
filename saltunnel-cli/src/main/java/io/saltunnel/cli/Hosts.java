package io.saltunnel.cli;

import io.saltunnel.netty.address.HostAndPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * The addresses that a host stands for, as far as they are known without a look-up.
 *
 * @param range whether it is one address, or all of this machine
 * @param name the host itself, in lower case
 */
record Hosts(Range range, String name) {

    private enum Range {
        /** All addresses of this machine. */
        EVERYWHERE,
        /** All IPv4 addresses of this machine. */
        EVERYWHERE_IN_IPV4,
        /** This machine alone, by either family. */
        LOCALHOST,
        LOOPBACK_IPV4,
        LOOPBACK_IPV6,
        ADDRESS_IPV4,
        ADDRESS_IPV6,
        NAME
    }

    static Hosts of(HostAndPort endpoint) {
        return new Hosts(rangeOf(endpoint), canonical(endpoint));
    }

    private static String canonical(HostAndPort endpoint) {
        return endpoint.numericAddress()
                .map(InetAddress::getHostAddress)
                .orElseGet(() -> endpoint.host().toLowerCase(Locale.ROOT));
    }

    private static Range rangeOf(HostAndPort endpoint) {
        Optional<InetAddress> numeric = endpoint.numericAddress();
        if (numeric.isEmpty()) {
            if (endpoint.host().equalsIgnoreCase("localhost")) {
                return Range.LOCALHOST;
            }
            return endpoint.host().isEmpty() ? Range.EVERYWHERE : Range.NAME;
        }
        InetAddress address = numeric.get();
        boolean ipv4 = address instanceof Inet4Address;
        if (address.isAnyLocalAddress()) {
            return ipv4 ? Range.EVERYWHERE_IN_IPV4 : Range.EVERYWHERE;
        }
        if (address.isLoopbackAddress()) {
            return ipv4 ? Range.LOOPBACK_IPV4 : Range.LOOPBACK_IPV6;
        }
        return ipv4 ? Range.ADDRESS_IPV4 : Range.ADDRESS_IPV6;
    }

    /** Whether two sockets can't listen on the same port, one at each of these hosts. */
    boolean overlap(Hosts other) {
        return name.equals(other.name) || covers(other) || other.covers(this);
    }

    private boolean covers(Hosts other) {
        return switch (range) {
            case EVERYWHERE -> true;
            case EVERYWHERE_IN_IPV4 -> other.range != Range.LOOPBACK_IPV6 && other.range != Range.ADDRESS_IPV6;
            case LOCALHOST -> other.range == Range.LOOPBACK_IPV4 || other.range == Range.LOOPBACK_IPV6;
            default -> false;
        };
    }

    /** Whether a connection to the target reaches a socket that listens at this host. */
    boolean areReachedBy(Hosts target) {
        return switch (target.range) {
            case NAME, ADDRESS_IPV4, ADDRESS_IPV6 -> name.equals(target.name);
            case EVERYWHERE, EVERYWHERE_IN_IPV4, LOCALHOST, LOOPBACK_IPV4, LOOPBACK_IPV6 -> overlap(target);
        };
    }
}
