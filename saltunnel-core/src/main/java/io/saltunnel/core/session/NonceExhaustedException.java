package io.saltunnel.core.session;

/**
 * A direction of a tunnel has no nonces left: 2<sup>64</sup> chunks went through it. Nothing was sealed or opened by
 * the call that threw it. The tunnel has to be closed; a new one starts with new keys. Thrown on the thread that seals
 * or opens.
 */
public final class NonceExhaustedException extends RuntimeException {

    NonceExhaustedException() {
        super("no nonces left in this direction of the tunnel");
    }
}
