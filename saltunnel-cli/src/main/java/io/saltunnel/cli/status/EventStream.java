package io.saltunnel.cli.status;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends each open page what has changed, as server-sent events: {@code all} at its beginning, then {@code now} after each
 * period. A page that doesn't read gets no further event until it does, and is given up after a while. One thread.
 */
final class EventStream {

    /** With more pages, clients could keep the process busy. */
    static final int MOST_PAGES = 16;

    private static final int MOST_PERIODS_MISSED = 15;

    private final LiveState state;

    /** The pages, and for how many periods each has not read. */
    private final Map<Channel, Integer> pages = new LinkedHashMap<>();

    EventStream(LiveState state) {
        this.state = state;
    }

    boolean isFull() {
        return pages.size() >= MOST_PAGES;
    }

    /** Sends a page its first event, and later ones until it is closed. After the head of the response. */
    void open(Channel page) {
        pages.put(page, 0);
        page.closeFuture().addListener(closed -> pages.remove(page));
        send(page, event("all", state.whole()));
    }

    /** A period has passed. */
    void tick() {
        state.sample();
        if (pages.isEmpty()) {
            return;
        }
        byte[] event = event("now", state.latest());
        for (Channel page : List.copyOf(pages.keySet())) {
            if (page.isWritable()) {
                pages.put(page, 0);
                send(page, event);
            } else if (pages.merge(page, 1, Integer::sum) > MOST_PERIODS_MISSED) {
                page.close();
            }
        }
    }

    private static void send(Channel page, byte[] event) {
        page.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(event)));
    }

    /** The state is one line, as an event needs. */
    private static byte[] event(String name, String data) {
        return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
