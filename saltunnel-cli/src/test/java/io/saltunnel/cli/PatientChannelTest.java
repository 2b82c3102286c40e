package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.junit.jupiter.api.Test;

/** A file in non-blocking mode, which moves nothing before it has been waited for. */
class PatientChannelTest {

    private int waits;

    private final ByteChannel file = new ByteChannel() {
        @Override
        public int read(ByteBuffer into) {
            if (waits < 2) {
                return 0;
            }
            into.put((byte) 7);
            return 1;
        }

        @Override
        public int write(ByteBuffer from) {
            if (waits < 2) {
                return 0;
            }
            from.get();
            return 1;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    };

    private final PatientChannel patient = new PatientChannel(file, () -> waits++);

    @Test
    void waitsForInput() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        assertThat(patient.read(buffer)).isEqualTo(1);
        assertThat(buffer.get(0)).isEqualTo((byte) 7);
        assertThat(waits).isEqualTo(2);
    }

    @Test
    void waitsForRoom() throws IOException {
        assertThat(patient.write(ByteBuffer.allocate(4))).isEqualTo(1);
        assertThat(waits).isEqualTo(2);
    }

    @Test
    void nothingIsWaitedForWhenNothingIsAskedFor() throws IOException {
        assertThat(patient.read(ByteBuffer.allocate(0))).isZero();
        assertThat(patient.write(ByteBuffer.allocate(0))).isZero();
        assertThat(waits).isZero();
    }
}
