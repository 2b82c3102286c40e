package io.saltunnel.examples.redis;

import java.io.Serial;

/** What the Redis server answered instead of a result. */
public final class RedisException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    RedisException(String message) {
        super(message);
    }
}
