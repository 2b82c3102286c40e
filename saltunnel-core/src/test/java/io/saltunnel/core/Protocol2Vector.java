package io.saltunnel.core;

import java.nio.ByteBuffer;
import java.util.List;

/** One connection of {@code protocol2.json}; all strings but the name are hex. */
public record Protocol2Vector(
        String longTermKey,
        String name,
        String nameTag,
        String clientSecret,
        String clientPublic,
        String serverSecret,
        String serverPublic,
        String mlkemSeedD,
        String mlkemSeedZ,
        String mlkemMessage,
        String encapsulationKey,
        String ciphertext,
        long unixSeconds,
        String machineId,
        long machineCounter,
        String clientNonce,
        String serverNonce,
        String dh,
        String mlkemShared,
        String serverhiKey,
        String message0Key,
        String clientKey,
        String serverKey,
        String clienthi,
        String serverhi,
        String message0,
        List<Chunk> clientToServer,
        List<Chunk> serverToClient) {

    /** A chunk with its data, its marks, and the key that seals it. */
    public record Chunk(long nonce, String key, String data, boolean rekey, boolean end, String chunk) {

        /** The frame, in a new buffer. */
        public ByteBuffer frame() {
            return Vectors.direct(chunk);
        }

        /** The data, in a new buffer. */
        public ByteBuffer plaintext() {
            return Vectors.direct(data);
        }
    }

    /** A message that is refused, or accepted although it is unusual. */
    public record Sample(String why, String bytes, String data) {

        /** The message, in a new buffer. */
        public ByteBuffer message() {
            return Vectors.direct(bytes);
        }

        @Override
        public String toString() {
            return why;
        }
    }

    /** All connections. */
    public static List<Protocol2Vector> all() {
        return Vectors.list(Vectors.read("protocol2.json"), "sessions", Protocol2Vector.class);
    }

    /** The connection whose secrets and clock apply to the rejections. */
    public static Protocol2Vector judged() {
        return all().get(1);
    }

    /** What must be refused, by message. */
    public static List<Sample> rejections(String message) {
        return Vectors.list(Vectors.read("protocol2.json").getAsJsonObject("rejections"), message, Sample.class);
    }

    /** Unusual first chunks of the client that must be accepted. */
    public static List<Sample> acceptedFirstChunks() {
        return Vectors.list(
                Vectors.read("protocol2.json").getAsJsonObject("accepted"), "firstClientChunk", Sample.class);
    }

    @Override
    public String toString() {
        return "connection of " + (name.isEmpty() ? "no name" : name);
    }
}
