package io.saltunnel.cli;

/** Keeps what is typed from being shown, until this is closed. */
interface HiddenTyping extends AutoCloseable {

    @Override
    void close();
}
