package io.saltunnel.cli.status;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request of a connection, and closes it. What follows the request is thrown away, so that a client has to
 * make a connection for each request.
 */
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {

    /** For the request to arrive, then for the answer to be made, and then for it to leave. */
    static final long STEP_SECONDS = 10;

    static final String EVENTS = "/events";

    private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final RequestCheck check;
    private final Routes routes;
    private final EventStream events;
    private @Nullable Future<?> deadline;
    private boolean answered;

    RequestHandler(RequestCheck check, Routes routes, EventStream events) {
        this.check = check;
        this.routes = routes;
        this.events = events;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        closeLater(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopDeadline();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (answered || !(message instanceof HttpRequest request)) {
            return;
        }
        answered = true;
        Optional<Answer> refusal = check.refusal(request);
        if (refusal.isPresent()) {
            write(ctx, refusal.get());
        } else if (pathOf(request).equals(EVENTS)) {
            beginEvents(ctx, request);
        } else {
            closeLater(ctx);
            answer(request).thenAccept(answer -> onLoop(ctx, () -> write(ctx, answer)));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) { // for one, too many requests behind the first
            LOG.debug("a request to the status page can't be read", cause);
        } else if (!(cause instanceof IOException)) {
            LOG.error("a request to the status page failed", cause);
        }
        ctx.close();
    }

    // ---- what is answered

    private CompletableFuture<Answer> answer(HttpRequest request) {
        int question = request.uri().indexOf('?');
        String query = question < 0 ? "" : request.uri().substring(question + 1);
        String accept = Objects.requireNonNullElse(request.headers().get(HttpHeaderNames.ACCEPT), "");
        return routes.get(pathOf(request), query, accept)
                .orElseGet(() -> CompletableFuture.completedFuture(
                        Answer.refusal(HttpResponseStatus.NOT_FOUND, "nothing is here; see /")));
    }

    private static String pathOf(HttpRequest request) {
        int question = request.uri().indexOf('?');
        return question < 0 ? request.uri() : request.uri().substring(0, question);
    }

    // ---- writing

    private void beginEvents(ChannelHandlerContext ctx, HttpRequest request) {
        if (events.isFull()) {
            write(ctx, Answer.refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many pages are open"));
            return;
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            write(ctx, new Answer(HttpResponseStatus.OK, EVENT_STREAM, new byte[0]));
            return;
        }
        stopDeadline();
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        addHeaders(head, EVENT_STREAM);
        ctx.writeAndFlush(head);
        events.open(ctx.channel());
    }

    private void write(ChannelHandlerContext ctx, Answer answer) {
        ByteBuf body = Unpooled.wrappedBuffer(answer.body());
        HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        addHeaders(response, answer.contentType());
        HttpUtil.setContentLength(response, answer.body().length);
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        closeLater(ctx);
        ctx.writeAndFlush(response).addListener(written -> finish(ctx));
    }

    private static void addHeaders(HttpResponse response, String contentType) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        SafetyHeaders.addTo(response.headers());
    }

    /** Ends the answer, and leaves it to the client to close: a close with unread data would cut the answer off. */
    private static void finish(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel socket) {
            socket.shutdownOutput();
        } else {
            ctx.close();
        }
    }

    private static void onLoop(ChannelHandlerContext ctx, Runnable step) {
        if (ctx.executor().inEventLoop()) {
            step.run();
        } else {
            ctx.executor().execute(step);
        }
    }

    private void closeLater(ChannelHandlerContext ctx) {
        stopDeadline();
        deadline = ctx.executor().schedule(() -> ctx.close(), STEP_SECONDS, TimeUnit.SECONDS);
    }

    private void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
