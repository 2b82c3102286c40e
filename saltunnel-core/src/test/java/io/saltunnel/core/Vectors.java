package io.saltunnel.core;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** The protocol's test vectors: whole JSON files from the class path's {@code vectors} folder, and hex. */
public final class Vectors {

    private Vectors() {}

    /** Reads one file, such as {@code primitives.json}. */
    public static JsonObject read(String file) {
        InputStream stream = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file);
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The elements of an array, each read into a record whose components are named as the JSON's members. */
    public static <T> List<T> list(JsonObject parent, String array, Class<T> type) {
        List<T> list = new ArrayList<>();
        parent.getAsJsonArray(array).forEach(element -> list.add(new Gson().fromJson(element, type)));
        return list;
    }

    /** A direct buffer that holds the bytes from 0 to its limit. */
    public static ByteBuffer direct(String hex) {
        return direct(HexFormat.of().parseHex(hex));
    }

    /** A direct buffer that holds the bytes from 0 to its limit. */
    public static ByteBuffer direct(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.put(0, bytes);
    }

    /** All bytes from 0 to the limit, in hex. */
    public static String hex(ByteBuffer buffer) {
        return hex(buffer, 0, buffer.limit());
    }

    /** A range in hex. */
    public static String hex(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
