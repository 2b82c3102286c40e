package io.saltunnel.cli.status;

import io.netty.util.NetUtil;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which {@code Host} headers are answered. A web page elsewhere can make a browser connect here, by a name that
 * its owner lets point here (DNS rebinding). The browser then sends that name, which is refused.
 *
 * <p>Accepted are {@code localhost}, loopback addresses, and the configured host. If the server listens on every
 * interface, any numeric address is accepted too: no name can be pointed elsewhere there. The port doesn't count, since a
 * forwarded port has another number.
 */
final class HostCheck {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]/@\\s]+)(?::\\d{1,5})?");

    private final String configured;
    private final boolean anyNumeric;

    private HostCheck(String configured, boolean anyNumeric) {
        this.configured = configured;
        this.anyNumeric = anyNumeric;
    }

    static HostCheck of(Endpoint listen) {
        if (listen instanceof HostAndPort tcp) {
            InetAddress address = numeric(tcp.host());
            boolean all = tcp.host().isEmpty() || address != null && address.isAnyLocalAddress();
            return new HostCheck(tcp.host().toLowerCase(Locale.ROOT), all);
        }
        return new HostCheck("", false);
    }

    boolean accepts(String header) {
        Matcher parts = HOST.matcher(header);
        if (!parts.matches()) {
            return false;
        }
        String host = parts.group(1).replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (host.equals("localhost") || host.equals(configured)) {
            return true;
        }
        InetAddress address = numeric(host);
        return address != null && (anyNumeric || address.isLoopbackAddress() || address.equals(numeric(configured)));
    }

    /** Null if it is no numeric address. */
    private static @Nullable InetAddress numeric(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
