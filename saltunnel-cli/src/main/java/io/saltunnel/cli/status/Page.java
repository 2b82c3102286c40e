package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The page for people: fixed files of the program, which need nothing from elsewhere. */
final class Page {

    private static final Map<String, Answer> FILES = Map.of(
            "/", file("status.html", "text/html; charset=utf-8"),
            "/status.css", file("status.css", "text/css; charset=utf-8"),
            "/status.js", file("status.js", "text/javascript; charset=utf-8"),
            "/status.svg", file("status.svg", "image/svg+xml"));

    private Page() {}

    static Optional<Answer> file(String path) {
        return Optional.ofNullable(FILES.get(path));
    }

    private static Answer file(String name, String type) {
        try (InputStream file = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new Answer(HttpResponseStatus.OK, type, file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
