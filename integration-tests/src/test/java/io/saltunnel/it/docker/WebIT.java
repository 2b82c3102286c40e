package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** curl and a WebSocket client as applications, nginx as the target. */
@DockerSuite
class WebIT {

    /** Goal: a large file arrives whole and unchanged. */
    @Test
    void aLargeFileArrivesWhole(Testbed bed) {
        bed.tunnelTo("target:80");

        bed.application()
                .run("curl -sSf -o /tmp/large http://client:7000/large.bin")
                .text();

        assertThat(bed.application().sha256("/tmp/large"))
                .isEqualTo(bed.target().sha256("/srv/www/large.bin"));
    }

    /** Goal: eight ranges of one file, fetched at the same time over eight connections, add up to the file. */
    @Test
    void rangesFetchedAtOnceMakeTheFile(Testbed bed) {
        bed.tunnelTo("target:80");

        bed.application().run("""
                        cd /tmp && rm -f part.*
                        for n in 0 1 2 3 4 5 6 7; do
                          curl -sSf -r $((n * 8388608))-$((n * 8388608 + 8388607)) -o part.$n \\
                            http://client:7000/large.bin || touch failed &
                        done
                        wait
                        [ ! -e failed ] && cat part.? >/tmp/joined""").text();

        assertThat(bed.application().sha256("/tmp/joined"))
                .isEqualTo(bed.target().sha256("/srv/www/large.bin"));
    }

    /** Goal: a thousand requests, each sent after the previous answer, share one connection that is never cut. */
    @Test
    void aThousandRequestsShareOneConnection(Testbed bed) {
        bed.tunnelTo("target:80");

        String connects = bed.application().run("""
                        curl -sSf -o /dev/null -w '%{http_code} %{num_connects}\\n' \\
                          'http://client:7000/small.txt?[1-1000]' | sort | uniq -c""").text();

        assertThat(connects.lines().map(String::strip)).containsExactlyInAnyOrder("999 200 0", "1 200 1");
    }

    /** Goal: HTTP/2 over TLS, many streams in flight on one connection, works inside the tunnel. */
    @Test
    void http2StreamsShareOneConnection(Testbed bed) {
        bed.tunnelTo("target:443");

        String versions = bed.application().run("""
                        curl -sSf -k --http2 --parallel --parallel-max 50 -o /dev/null -w '%{http_code} %{http_version}\\n' \\
                          'https://client:7000/small.txt?[1-500]' | sort | uniq -c""").text();

        assertThat(versions).isEqualTo("500 200 2");
    }

    /** Goal: a WebSocket through nginx carries messages both ways at once, and closes in order. */
    @Test
    void aWebSocketTalksBothWaysAtOnce(Testbed bed) {
        bed.tunnelTo("target:80");

        String result = bed.application()
                .run("websocket_talk.py ws://client:7000/websocket 1000")
                .text();

        assertThat(result).startsWith("1000 messages").endsWith("closed with 1000");
    }
}
