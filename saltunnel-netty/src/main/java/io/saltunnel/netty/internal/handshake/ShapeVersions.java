package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.stage.TrafficShape;
import org.jspecify.annotations.Nullable;

/** Which versions of the protocol go with a traffic shape: those with padding, if it needs padding. Stateless. */
public final class ShapeVersions {
    private ShapeVersions() {}

    /**
     * Checks a client's version.
     *
     * @param version the version that it speaks
     * @param shape the shape of its traffic
     * @throws IllegalArgumentException if they don't go together, with a message for the user
     */
    public static void check(ProtocolVersion version, TrafficShape shape) {
        if (shape.needsPadding() && !version.hasPadding()) {
            throw new IllegalArgumentException(version
                    + " of the protocol has no padding, so its traffic can't be shaped: use version 2, or no shape");
        }
    }

    /**
     * The versions that a server accepts. A connection of a version without padding would be sent as it is written,
     * unnoticed, so a server with a shape takes none.
     *
     * @param told what the settings say; null for the default
     * @param name the server's name
     * @param shape the shape of its traffic
     * @return version 2 only by default, if the shape needs padding
     * @throws IllegalArgumentException if the settings say otherwise, with a message for the user
     */
    public static AcceptedVersions accepted(@Nullable AcceptedVersions told, TunnelName name, TrafficShape shape) {
        if (!shape.needsPadding()) {
            return told == null ? AcceptedVersions.unlessTold(name) : told;
        }
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (told != null && told.include(version)) {
                check(version, shape);
            }
        }
        return AcceptedVersions.ONLY_V2;
    }
}
