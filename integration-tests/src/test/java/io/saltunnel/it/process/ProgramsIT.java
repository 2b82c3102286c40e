package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real programs work unchanged through a tunnel; {@code io.saltunnel.it.docker} has those that need containers. */
class ProgramsIT {

    private static final int FILE_BYTES = 20_000_000;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** One connection for everything: a file down, then the same up and back. */
    @Test
    void curlTalksToAWebServer() throws Exception {
        byte[] content = new byte[FILE_BYTES];
        new Random(7).nextBytes(content);
        HttpServer web =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 50);
        web.createContext("/file", exchange -> {
            byte[] answer = exchange.getRequestMethod().equals("GET")
                    ? content
                    : exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        web.start();
        try {
            TunnelPair tunnel = processes.tunnel(web.getAddress());
            String url = "http://" + Processes.text(tunnel.address()) + "/file";
            Path down = processes.folder().resolve("down");
            Path back = processes.folder().resolve("back");
            Path source = Files.write(processes.folder().resolve("source"), content);
            Finished finished = Program.runToEnd(
                    List.of(
                            "curl",
                            "-sSf",
                            "-w",
                            "%{num_connects} ",
                            "-o",
                            down.toString(),
                            url,
                            "--next",
                            "-sSf",
                            "-w",
                            "%{num_connects}",
                            "-o",
                            back.toString(),
                            "--data-binary",
                            "@" + source,
                            url),
                    "");
            assertThat(finished).isEqualTo(new Finished(0, "1 0", ""));
            assertThat(Files.readAllBytes(down)).isEqualTo(content);
            assertThat(Files.readAllBytes(back)).isEqualTo(content);
        } finally {
            web.stop(0);
        }
    }
}
