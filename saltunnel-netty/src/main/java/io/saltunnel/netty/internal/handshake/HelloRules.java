package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.handshake.TunnelName;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a server admits a hello. Any thread.
 *
 * @param admission what is demanded of it, and this process's memory of replays
 * @param shared the memory that other servers have too; null for none
 */
public record HelloRules(Admission admission, @Nullable SharedReplays shared) {
    /**
     * The rules of a server that shares its memory of replays with no other process.
     *
     * @param admission what is demanded
     * @return rules
     */
    public static HelloRules alone(Admission admission) {
        return new HelloRules(admission, null);
    }

    /**
     * The rules of a server.
     *
     * @param windows this process's memory of replays
     * @param name the tunnel's name
     * @param versions the accepted versions
     * @param shared the memory that other servers have too; null for none
     * @return rules
     * @throws IllegalArgumentException if there is a name, and none of the versions carries one
     */
    public static HelloRules of(
            ReplayWindows windows, TunnelName name, AcceptedVersions versions, @Nullable SharedReplays shared) {
        ReplayWindows first = shared == null ? windows : windows.inFrontOfSharedMemory();
        return new HelloRules(new Admission(first, name, versions), shared);
    }
}
