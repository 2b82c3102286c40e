package io.saltunnel.cli;

/** What is typed isn't shown until this is closed. */
interface HiddenTyping extends AutoCloseable {

    @Override
    void close();
}
