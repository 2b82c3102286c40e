package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;

/** What a link is doing, with the resources that it holds for that besides its two channels. */
interface State {
    /** How far the connection has come. */
    Progress progress();

    /** Releases the resources of this state: the link no longer needs them, or has ended. */
    default void release() {}

    /** A step that holds nothing. */
    record Bare(Progress progress) implements State {}

    /** The outgoing connection is being made. */
    record Connecting(Future<Channel> connection) implements State {
        @Override
        public Progress progress() {
            return Progress.CONNECTING;
        }

        @Override
        public void release() {
            connection.cancel(false);
        }
    }

    /** The link has failed. It keeps the resources of the state before until its end. */
    record Failed(State before, Outcome outcome, Throwable cause) implements State {
        @Override
        public Progress progress() {
            return Progress.FAILED;
        }

        @Override
        public void release() {
            before.release();
        }
    }

    /** The link has ended, with this summary. */
    record Ended(ConnectionSummary summary) implements State {
        @Override
        public Progress progress() {
            return Progress.ENDED;
        }
    }
}
