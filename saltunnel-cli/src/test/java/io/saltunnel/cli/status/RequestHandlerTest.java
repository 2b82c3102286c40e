package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.netty.address.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection of the status server, as bytes. */
class RequestHandlerTest {

    private static final String HOST = "Host: localhost\r\n";

    private final SampleProcess process = new SampleProcess();
    private final EventStream events = new EventStream(new LiveState(process));
    private final CompletableFuture<Optional<String>> probed = new CompletableFuture<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void closeAll() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /livez         | 200 OK                  | text/plain; charset=utf-8
            /readyz        | 200 OK                  | text/plain; charset=utf-8
            /readyz?deep=1 | 503 Service Unavailable | text/plain; charset=utf-8
            /metrics       | 200 OK                  | text/plain; version=0.0.4; charset=utf-8
            /              | 200 OK                  | text/html; charset=utf-8
            /status.css    | 200 OK                  | text/css; charset=utf-8
            /status.js     | 200 OK                  | text/javascript; charset=utf-8
            /status.svg    | 200 OK                  | image/svg+xml
            /status.html   | 404 Not Found           | text/plain; charset=utf-8
            /../etc/passwd | 404 Not Found           | text/plain; charset=utf-8
            //livez        | 404 Not Found           | text/plain; charset=utf-8
            http://localhost/livez | 404 Not Found   | text/plain; charset=utf-8
            """)
    void answersEachPath(String path, String status, String type) {
        String answer = answerTo("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + "\r\n")
                .containsIgnoringCase("content-type: " + type + "\r\n");
    }

    @Test
    void closesAfterOneAnswerWhateverFollows() {
        String request = "GET /livez HTTP/1.1\r\n" + HOST + "\r\n";
        EmbeddedChannel channel = connection();
        channel.writeInbound(bytes(request + request + "garbage"));
        assertThat(written(channel)).containsOnlyOnce("HTTP/1.1").endsWith("\r\n\r\nok\n");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aHeadRequestGetsTheHeadAlone() {
        assertThat(answerTo("HEAD /livez HTTP/1.1\r\n" + HOST + "\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("content-length: 3\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST /livez HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n                            | 405
            OPTIONS / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: http://a.example\\r\\n\\r\\n | 405
            GET / HTTP/1.1\\r\\n\\r\\n                                                      | 400
            GET / HTTP/1.0\\r\\n\\r\\n                                                      | 400
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nHost: localhost\\r\\n\\r\\n             | 400
            GET / HTTP/1.1\\r\\nHost: attacker.example\\r\\n\\r\\n                           | 421
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: http://a.example\\r\\n\\r\\n      | 403
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: null\\r\\n\\r\\n                  | 403
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nOrigin: http://localhost:81\\r\\n\\r\\n   | 403
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nSec-Fetch-Site: cross-site\\r\\nSec-Fetch-Mode: no-cors\\r\\n\\r\\n | 403
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nSec-Fetch-Site: cross-site\\r\\nSec-Fetch-Mode: navigate\\r\\nSec-Fetch-Dest: iframe\\r\\n\\r\\n | 403
            GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\nSec-Fetch-Site: cross-site\\r\\nSec-Fetch-Mode: navigate\\r\\nSec-Fetch-Dest: document\\r\\n\\r\\n | 200
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nSec-Fetch-Site: same-site\\r\\n\\r\\n | 403
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 1\\r\\n\\r\\nx          | 413
            GET / HTTP/1.1\\r\\nHost: localhost\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n  | 413
            nonsense\\r\\n\\r\\n                                                            | 400
            """)
    void refusesWhatItIsNotFor(String request, int status) {
        assertThat(answerTo(request.replace("\\r", "\r").replace("\\n", "\n"))).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void refusesLongRequests() {
        assertThat(answerTo("GET /" + "a".repeat(3000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(answerTo("GET / HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/livez", "/metrics", "/nothing", "/events"})
    void noOtherOriginMayReadAnything(String path) {
        String answer = answerTo("GET " + path + " HTTP/1.1\r\n" + HOST + "Origin: http://a.example\r\n\r\n");
        assertThat(answer)
                .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'self';")
                .containsIgnoringCase("cross-origin-resource-policy: same-origin\r\n")
                .containsIgnoringCase("x-content-type-options: nosniff\r\n")
                .doesNotContainIgnoringCase("access-control-");
    }

    @Test
    void aRequestThatDoesNotArriveIsGivenUp() {
        EmbeddedChannel channel = connection();
        channel.writeInbound(bytes("GET / HTTP/1.1\r\n"));
        channel.advanceTimeBy(RequestHandler.STEP_SECONDS - 1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.writeInbound(bytes("A: b\r\n")); // a trickle doesn't help
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aPageGetsEverythingAndThenWhatIsNew() {
        EmbeddedChannel page = openPage();
        assertThat(written(page))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("content-type: text/event-stream; charset=utf-8\r\n")
                .contains("\r\n\r\nevent: all\ndata: {")
                .contains("\"name\":\"web\"", "\"key\":\"0123abcd\"")
                .endsWith("}\n\n");
        events.tick();
        process.sentBytes = 5000;
        events.tick();
        assertThat(written(page)).contains("event: now\ndata: {").contains("\"sent\":[2000]");
        page.close();
        events.tick();
        assertThat(page.outboundMessages()).isEmpty();
    }

    @Test
    void onePageTooManyIsRefusedUntilAnotherCloses() {
        List<EmbeddedChannel> pages = new ArrayList<>();
        for (int i = 0; i < EventStream.MOST_PAGES; i++) {
            pages.add(openPage());
        }
        String request = "GET /events HTTP/1.1\r\n" + HOST + "\r\n";
        assertThat(answerTo(request)).startsWith("HTTP/1.1 503 ");
        pages.get(0).close();
        assertThat(written(openPage())).startsWith("HTTP/1.1 200 ");
    }

    private EmbeddedChannel openPage() {
        EmbeddedChannel page = connection();
        page.writeInbound(bytes("GET /events HTTP/1.1\r\n" + HOST + "\r\n"));
        return page;
    }

    private String answerTo(String request) {
        EmbeddedChannel channel = connection();
        channel.writeInbound(bytes(request));
        return written(channel);
    }

    private EmbeddedChannel connection() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channels.add(channel);
        channel.freezeTime();
        channel.pipeline()
                .addLast(
                        StatusServer.codec(),
                        new RequestHandler(
                                new RequestCheck(HostCheck.of(Endpoint.parse("127.0.0.1:9410"))),
                                new Routes(
                                        new Probes(process, contact -> probed, () -> process.nanos),
                                        new Metrics(process)),
                                events));
        return channel;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String written(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return text.toString();
    }
}
