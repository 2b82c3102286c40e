package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/** The headers that keep a browser from doing more with an answer than showing it. No other origin may read any. */
final class SafetyHeaders {

    private static final Map<String, String> HEADERS = Map.of(
            "cache-control", "no-store",
            "content-security-policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "cross-origin-opener-policy", "same-origin",
            "cross-origin-resource-policy", "same-origin",
            "referrer-policy", "no-referrer",
            "x-content-type-options", "nosniff",
            "x-frame-options", "DENY");

    private SafetyHeaders() {}

    static void addTo(HttpHeaders headers) {
        HEADERS.forEach(headers::set);
    }
}
