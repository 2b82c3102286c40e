package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.StopRequests.Request;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopRequestsTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void underAServiceManagerASignalShortlyAfterTheFirstIsTheSameRequest() {
        StopRequests requests = new StopRequests(clock::get, StopRequests.SAME_NANOS);
        assertThat(requests.next()).isEqualTo(Request.FIRST);
        assertThat(requests.next()).isEqualTo(Request.SAME);
        clock.addAndGet(StopRequests.SAME_NANOS - 1);
        assertThat(requests.next()).isEqualTo(Request.SAME);
    }

    @Test
    void underAServiceManagerALaterSignalIsAnotherRequest() {
        StopRequests requests = new StopRequests(clock::get, StopRequests.SAME_NANOS);
        requests.next();
        clock.addAndGet(StopRequests.SAME_NANOS);
        assertThat(requests.next()).isEqualTo(Request.AGAIN);
    }

    @Test
    void atATerminalEverySecondSignalIsAnotherRequest() {
        StopRequests requests = StopRequests.ofTerminal();
        assertThat(requests.next()).isEqualTo(Request.FIRST);
        assertThat(requests.next()).isEqualTo(Request.AGAIN);
    }
}
