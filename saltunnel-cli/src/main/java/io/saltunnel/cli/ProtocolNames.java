package io.saltunnel.cli;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.FirstBytes;
import io.saltunnel.core.wire.ProtocolVersion;

/** How the protocol is spoken, as users write it. */
final class ProtocolNames {

    private ProtocolNames() {}

    /** A client's version. */
    static ProtocolVersion version(String text) {
        return switch (text) {
            case "1" -> ProtocolVersion.V1;
            case "2" -> ProtocolVersion.V2;
            default ->
                throw new IllegalArgumentException(
                        "'" + text + "' is not a version of the protocol that a client speaks: choose 1 or 2");
        };
    }

    /** The versions that a server accepts. */
    static AcceptedVersions accepted(String text) {
        return switch (text) {
            case "any" -> AcceptedVersions.ANY;
            case "1" -> AcceptedVersions.ONLY_V1;
            case "2" -> AcceptedVersions.ONLY_V2;
            default ->
                throw new IllegalArgumentException(
                        "'" + text + "' is not a version of the protocol that a server takes: choose any, 1 or 2");
        };
    }

    /** What a client's connections begin with. */
    static FirstBytes firstBytes(String text) {
        return switch (text) {
            case "random" -> FirstBytes.RANDOM;
            case "printable" -> FirstBytes.PRINTABLE;
            default ->
                throw new IllegalArgumentException(
                        "'" + text + "' is nothing that a connection can begin with: choose random or printable");
        };
    }

    /** Checks that a tunnel's name has reached this program as it was typed: another text would be another name. */
    static String checkedName(String text) {
        if (text.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(
                    "the tunnel's name has characters that can't be read in this locale: use ASCII, or set LC_ALL=C.UTF-8");
        }
        return text;
    }
}
