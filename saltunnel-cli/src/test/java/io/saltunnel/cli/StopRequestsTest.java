package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.StopRequests.Request;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopRequestsTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final StopRequests requests = new StopRequests(clock::get);

    @Test
    void aRequestShortlyAfterTheFirstIsTheSameOne() {
        assertThat(requests.next()).isEqualTo(Request.FIRST);
        assertThat(requests.next()).isEqualTo(Request.SAME);
        clock.addAndGet(StopRequests.SAME_NANOS - 1);
        assertThat(requests.next()).isEqualTo(Request.SAME);
    }

    @Test
    void aLaterRequestIsAnotherOne() {
        requests.next();
        clock.addAndGet(StopRequests.SAME_NANOS);
        assertThat(requests.next()).isEqualTo(Request.AGAIN);
    }
}
