package io.saltunnel.core.handshake;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * The rules by which a national firewall decided in 2022 whether a connection's first packet looks fully random, as
 * measured from outside by M. Wu et al., "How the Great Firewall of China Detects and Blocks Fully Encrypted Traffic",
 * USENIX Security 2023, Algorithm 1. A packet that falls under none of the exemptions may get its connection blocked.
 */
final class RandomLookingFilter {

    /** An exemption: a packet that has this property passes. */
    enum Exemption {
        SHARE_OF_ONE_BITS {
            @Override
            boolean covers(byte[] packet) {
                int ones = 0;
                for (byte each : packet) {
                    ones += Integer.bitCount(Byte.toUnsignedInt(each));
                }
                double onesPerByte = (double) ones / packet.length;
                return onesPerByte <= 3.4 || onesPerByte >= 4.6;
            }
        },

        SIX_PRINTABLE_AT_THE_START {
            @Override
            boolean covers(byte[] packet) {
                return printableFrom(packet, 0) >= 6;
            }
        },

        MORE_THAN_HALF_PRINTABLE {
            @Override
            boolean covers(byte[] packet) {
                int printable = 0;
                for (byte each : packet) {
                    printable += isPrintable(each) ? 1 : 0;
                }
                return 2 * printable > packet.length;
            }
        },

        MORE_THAN_20_PRINTABLE_IN_A_ROW {
            @Override
            boolean covers(byte[] packet) {
                for (int start = 0; start < packet.length; start++) {
                    if (printableFrom(packet, start) > 20) {
                        return true;
                    }
                }
                return false;
            }
        },

        TLS_OR_HTTP {
            @Override
            boolean covers(byte[] packet) {
                boolean tls = packet.length >= 3
                        && (packet[0] == 0x16 || packet[0] == 0x17)
                        && packet[1] == 0x03
                        && packet[2] >= 0
                        && packet[2] <= 9;
                String start = new String(packet, 0, Math.min(packet.length, 5), StandardCharsets.ISO_8859_1);
                return tls || Stream.of("GET ", "PUT ", "POST ", "HEAD ").anyMatch(start::startsWith);
            }
        };

        abstract boolean covers(byte[] packet);

        private static boolean isPrintable(byte value) {
            return value >= 0x20 && value <= 0x7e;
        }

        private static int printableFrom(byte[] packet, int start) {
            int end = start;
            while (end < packet.length && isPrintable(packet[end])) {
                end++;
            }
            return end - start;
        }
    }

    private RandomLookingFilter() {}

    /** Whether a connection that begins with this packet passes. */
    static boolean passes(byte[] packet) {
        return Stream.of(Exemption.values()).anyMatch(exemption -> exemption.covers(packet));
    }
}
