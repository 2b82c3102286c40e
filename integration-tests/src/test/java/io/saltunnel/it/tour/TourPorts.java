package io.saltunnel.it.tour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Replaces the ports that the page listens on, 7000 to 7999, by free ones. They are below the range from which the system
 * takes ports of outgoing connections, so nothing else takes them meanwhile.
 */
final class TourPorts {

    private static final Pattern ON_THE_PAGE = Pattern.compile("\\b7\\d{3}\\b");
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private final Map<String, String> realPorts = new LinkedHashMap<>();
    private int next = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);

    /** Turns text of the page into what is typed. */
    String real(String text) {
        return ON_THE_PAGE.matcher(text).replaceAll(port -> realPorts.computeIfAbsent(port.group(), p -> free()));
    }

    /** Turns what the program printed into text of the page. */
    String onThePage(String text) {
        String result = text;
        for (Map.Entry<String, String> port : realPorts.entrySet()) {
            result = result.replaceAll("\\b" + port.getValue() + "\\b", port.getKey());
        }
        return result;
    }

    private String free() {
        while (true) {
            next = next + 1 < HIGHEST ? next + 1 : LOWEST;
            try (ServerSocket socket = new ServerSocket(next, 1, InetAddress.getLoopbackAddress())) {
                return Integer.toString(socket.getLocalPort());
            } catch (IOException e) {
                // It is taken.
            }
        }
    }
}
