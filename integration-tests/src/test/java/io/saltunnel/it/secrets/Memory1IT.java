package io.saltunnel.it.secrets;

import org.junit.jupiter.api.Tag;

/**
 * The same with version 1, on one JDK: what differs between JDKs, the cipher and the buffers, is the same in both
 * versions.
 */
@Tag("jdk-independent")
class Memory1IT extends MemoryIT {

    @Override
    Version version() {
        return Version.V1;
    }
}
