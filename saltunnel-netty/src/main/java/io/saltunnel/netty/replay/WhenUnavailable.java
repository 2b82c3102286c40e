package io.saltunnel.netty.replay;

/** What a server does with a client whose hello it can't ask its shared {@link ReplayMemory} about. Any thread. */
public enum WhenUnavailable {
    /** It treats the client like one without the key, so that no replay is ever answered. */
    REFUSE,
    /**
     * It decides by what this process remembers. A hello that another server has admitted can then be answered once more
     * by this one.
     */
    LOCAL
}
