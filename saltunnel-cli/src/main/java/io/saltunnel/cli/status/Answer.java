package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * A whole answer to a request.
 *
 * @param body belongs to this answer; must not be changed
 */
record Answer(HttpResponseStatus status, String contentType, byte[] body) {

    static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    static Answer text(HttpResponseStatus status, String text) {
        return new Answer(status, PLAIN_TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** One line that says what is wrong with the request. */
    static Answer refusal(HttpResponseStatus status, String reason) {
        return text(status, reason + "\n");
    }
}
