package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/** Decides which requests are answered, before their paths count. Any thread. */
final class RequestCheck {

    private static final String FETCH_SITE = "sec-fetch-site";
    private static final String FETCH_MODE = "sec-fetch-mode";
    private static final String FETCH_DESTINATION = "sec-fetch-dest";

    private final HostCheck hosts;

    RequestCheck(HostCheck hosts) {
        this.hosts = hosts;
    }

    /** The refusal of a request; empty if it may be answered. */
    Optional<Answer> refusal(HttpRequest request) {
        Throwable fault = request.decoderResult().cause();
        if (fault != null) {
            return Optional.of(malformed(fault));
        }
        List<String> named = request.headers().getAll(HttpHeaderNames.HOST);
        if (named.size() != 1) {
            return refuse(HttpResponseStatus.BAD_REQUEST, "a request needs one Host header");
        }
        String host = named.get(0);
        if (!hosts.accepts(host)) {
            return refuse(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "not the name of this server: use localhost, or the address it was told to listen on");
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
        }
        if (HttpUtil.isTransferEncodingChunked(request) || hasBody(request)) {
            return refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "a request has no body here");
        }
        if (isOfAnotherSite(request.headers(), host)) {
            return refuse(HttpResponseStatus.FORBIDDEN, "a page of another site may only link here");
        }
        return Optional.empty();
    }

    private static Answer malformed(Throwable fault) {
        if (fault instanceof TooLongHttpLineException) {
            return Answer.refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request's line is too long");
        }
        if (fault instanceof TooLongHttpHeaderException) {
            return Answer.refusal(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request's headers are too long");
        }
        return Answer.refusal(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request");
    }

    private static boolean hasBody(HttpRequest request) {
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length != null && !length.equals("0");
    }

    /**
     * Whether a browser says that it sends the request for a page of another site. Such a page can't read the answer, but
     * its requests could take the place of others. A click on a link, which opens a page of its own, is no such request;
     * a frame is one. Browsers send these headers to loopback addresses and by HTTPS only. To another address, only
     * requests of scripts that name their {@code Origin} can be told.
     */
    private static boolean isOfAnotherSite(HttpHeaders headers, String host) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return true;
        }
        String site = headers.get(FETCH_SITE, "none");
        return !site.equals("none") && !site.equals("same-origin") && !isLink(headers);
    }

    private static boolean isLink(HttpHeaders headers) {
        return headers.get(FETCH_MODE, "").equals("navigate")
                && headers.get(FETCH_DESTINATION, "").equals("document");
    }

    private static Optional<Answer> refuse(HttpResponseStatus status, String reason) {
        return Optional.of(Answer.refusal(status, reason));
    }
}
