package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.saltunnel.core.Vectors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every chunk of {@code sessions.json}, bit for bit, and every one of {@code rejections.json}, refused with its reason.
 */
class ChunkVectorsTest {

    record Chunk(String key, long nonce, String data, String frame) {}

    record Rejection(String why, String key, long nonce, String frame) {
        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<Chunk> chunks() {
        return elements(Vectors.read("sessions.json"), "sessions")
                .flatMap(session -> Stream.of("clientToServer", "serverToClient", "highNonces")
                        .flatMap(list -> elements(session, list).map(chunk -> chunk(session, list, chunk))));
    }

    static Stream<Rejection> rejections() {
        JsonObject session =
                elements(Vectors.read("sessions.json"), "sessions").findFirst().orElseThrow();
        String key = session.get("clientKey").getAsString();
        return elements(Vectors.read("rejections.json"), "chunk")
                .map(chunk -> new Rejection(
                        chunk.get("why").getAsString(),
                        key,
                        nonce(chunk),
                        chunk.get("bytes").getAsString()));
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void seals(Chunk chunk) {
        ByteBuffer data = direct(chunk.data);
        ByteBuffer frame = ByteBuffer.allocateDirect(512);
        try (ChunkCipher cipher = ChunkCipher.create()) {
            cipher.seal(direct(chunk.key), 0, chunk.nonce, data, 0, data.limit(), frame, 0);
        }
        assertThat(hex(frame)).isEqualTo(chunk.frame);
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void opens(Chunk chunk) {
        ByteBuffer data = ByteBuffer.allocateDirect(494);
        try (ChunkCipher cipher = ChunkCipher.create()) {
            int length = cipher.open(direct(chunk.key), 0, chunk.nonce, direct(chunk.frame), 0, 1, data, 0);
            assertThat(hex(data, 0, length)).isEqualTo(chunk.data);
        }
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void refuses(Rejection rejection) {
        ByteBuffer data = ByteBuffer.allocateDirect(494);
        try (ChunkCipher cipher = ChunkCipher.create()) {
            int result = cipher.open(direct(rejection.key), 0, rejection.nonce, direct(rejection.frame), 0, 1, data, 0);
            assertThat(result).isEqualTo(~0);
            assertThat(cipher.lastDataLength()).isZero();
            assertThat(cipher.lastFailure())
                    .isEqualTo(rejection.why.contains("length") ? ChunkFailure.BAD_LENGTH : ChunkFailure.BAD_TAG);
        }
        assertThat(hex(data)).isEqualTo("00".repeat(494));
    }

    private static Chunk chunk(JsonObject session, String list, JsonObject chunk) {
        String key = list.equals("serverToClient") ? "serverKey" : "clientKey";
        return new Chunk(
                session.get(key).getAsString(),
                nonce(chunk),
                chunk.get("data").getAsString(),
                chunk.get("chunk").getAsString());
    }

    private static long nonce(JsonObject chunk) {
        return new BigInteger(chunk.get("nonce").getAsString()).longValue();
    }

    private static Stream<JsonObject> elements(JsonObject parent, String array) {
        return StreamSupport.stream(parent.getAsJsonArray(array).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }
}
