package io.saltunnel.it.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.saltunnel.it.reference.ReferenceFrames.ClientHi;
import io.saltunnel.it.reference.ReferenceFrames.Keys;
import io.saltunnel.it.reference.ReferenceFrames.ServerHi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The second implementation is only useful if it agrees with the vectors itself. */
class ReferenceFramesTest {

    private static final Path VECTORS = Path.of("..", "saltunnel-core", "src", "test", "resources", "vectors");

    static Stream<JsonObject> sessions() throws IOException {
        return objects("sessions.json", "sessions");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void agreesOnEveryFrameOfAConnection(JsonObject session) {
        byte[] key = bytes(session, "longTermKey");
        ClientHi clientHi = new ClientHi(
                Box.publicKey(bytes(session, "clientSecret")),
                session.get("unixSeconds").getAsLong(),
                bytes(session, "machineId"),
                session.get("machineCounter").getAsLong());
        byte[] clientFrame = ReferenceFrames.sealClientHi(key, bytes(session, "clientNonce"), clientHi);
        assertThat(clientFrame).isEqualTo(bytes(session, "clienthi"));
        ClientHi opened = ReferenceFrames.openClientHi(key, clientFrame).orElseThrow();
        assertThat(opened).usingRecursiveComparison().isEqualTo(clientHi);

        Keys keys =
                Keys.agree(bytes(session, "serverSecret"), opened.publicKey()).orElseThrow();
        assertThat(keys.client()).isEqualTo(bytes(session, "clientKey"));
        assertThat(keys.server()).isEqualTo(bytes(session, "serverKey"));

        ServerHi serverHi = new ServerHi(Box.publicKey(bytes(session, "serverSecret")), keys.proof());
        byte[] serverFrame = ReferenceFrames.sealServerHi(key, bytes(session, "serverNonce"), serverHi);
        assertThat(serverFrame).isEqualTo(bytes(session, "serverhi"));
        assertThat(ReferenceFrames.openServerHi(key, serverFrame).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(serverHi);

        assertThat(ReferenceFrames.sealMessageZero(keys.client())).isEqualTo(bytes(session, "message0"));
        assertThat(ReferenceFrames.isMessageZero(keys.client(), bytes(session, "message0")))
                .isTrue();
        assertThat(ReferenceFrames.isMessageZero(keys.server(), bytes(session, "message0")))
                .isFalse();
        assertChunks(session, "clientToServer", keys.client());
        assertChunks(session, "highNonces", keys.client());
        assertChunks(session, "serverToClient", keys.server());
    }

    @Test
    void opensNothingThatIsToBeRefused() throws IOException {
        JsonObject first = sessions().findFirst().orElseThrow();
        byte[] key = bytes(first, "longTermKey");
        objects("rejections.json", "clienthi").forEach(rejected -> {
            String why = rejected.get("why").getAsString();
            boolean accepted = ReferenceFrames.openClientHi(key, bytes(rejected, "bytes"))
                    .filter(hi -> Math.abs(hi.timeSeconds() - 1_700_000_000) <= 3600)
                    .flatMap(hi -> Keys.agree(bytes(first, "serverSecret"), hi.publicKey()))
                    .isPresent();
            assertThat(accepted).as(why).isFalse();
        });
        objects("rejections.json", "chunk")
                .forEach(rejected -> assertThat(ReferenceFrames.openChunk(
                                bytes(first, "clientKey"), rejected.get("nonce").getAsLong(), bytes(rejected, "bytes")))
                        .as(rejected.get("why").getAsString())
                        .isEmpty());
    }

    private static void assertChunks(JsonObject session, String list, byte[] key) {
        for (JsonElement element : session.getAsJsonArray(list)) {
            JsonObject chunk = element.getAsJsonObject();
            long number = chunk.get("nonce").getAsBigInteger().longValue();
            byte[] data = bytes(chunk, "data");
            byte[] frame = bytes(chunk, "chunk");
            assertThat(ReferenceFrames.sealChunk(key, number, data)).isEqualTo(frame);
            assertThat(ReferenceFrames.openChunk(key, number, frame)).contains(data);
        }
    }

    private static Stream<JsonObject> objects(String file, String array) throws IOException {
        JsonObject root =
                JsonParser.parseString(Files.readString(VECTORS.resolve(file))).getAsJsonObject();
        return StreamSupport.stream(root.getAsJsonArray(array).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    private static byte[] bytes(JsonObject object, String member) {
        return HexFormat.of().parseHex(object.get(member).getAsString());
    }
}
