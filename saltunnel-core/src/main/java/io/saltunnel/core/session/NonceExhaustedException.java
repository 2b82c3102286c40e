package io.saltunnel.core.session;

/**
 * A direction of a tunnel has no nonces left after 2<sup>64</sup> chunks. The call that threw this sealed or opened
 * nothing. The tunnel must be closed; a new one starts with new keys. Thrown on the thread that seals or opens.
 */
public final class NonceExhaustedException extends RuntimeException {

    NonceExhaustedException() {
        super("no nonces left in this direction of the tunnel");
    }
}
