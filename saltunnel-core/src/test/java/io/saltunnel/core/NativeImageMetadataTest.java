package io.saltunnel.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The metadata on reflection and JNI for GraalVM's native-image is complete, and names only what exists. */
class NativeImageMetadataTest {
    private static final Path METADATA =
            Path.of("src/main/resources/META-INF/native-image/io.saltunnel/saltunnel-core/reachability-metadata.json");
    private static final Path KERNELS = Path.of("src/main/java25");

    /** Of a type in "reflection", as in the schema of reachability-metadata.json. */
    private static final Set<String> KEYS = Set.of("type", "jniAccessible", "allDeclaredMethods", "methods");

    @Test
    void namesTypesAndMethodsThatAreThere() throws Exception {
        JsonObject metadata = JsonParser.parseString(Files.readString(METADATA)).getAsJsonObject();
        assertThat(metadata.keySet()).containsExactly("reflection");
        for (JsonObject type : types(metadata)) {
            assertThat(KEYS).containsAll(type.keySet());
            String name = type.get("type").getAsString();
            Path kernel = KERNELS.resolve(name.replace('.', '/') + ".java");
            if (!Files.exists(kernel)) { // only JDK 25 and later compile these classes
                Class<?> there = Class.forName(name, false, getClass().getClassLoader());
                assertThat(nativeMethods(there)).containsExactlyInAnyOrderElementsOf(methods(type));
            }
        }
    }

    @Test
    void namesEachKernelThatIsMadeByReflection() throws IOException {
        JsonObject metadata = JsonParser.parseString(Files.readString(METADATA)).getAsJsonObject();
        assertThat(types(metadata))
                .extracting(type -> type.get("type").getAsString())
                .contains(
                        "io.saltunnel.core.crypto.SegmentText",
                        "io.saltunnel.core.crypto.VectorKeystream",
                        "io.saltunnel.core.crypto.VectorTags");
    }

    @Test
    void namesEachTypeWithNativeMethods() throws Exception {
        JsonObject metadata = JsonParser.parseString(Files.readString(METADATA)).getAsJsonObject();
        Set<String> named = types(metadata).stream()
                .filter(type -> type.has("jniAccessible"))
                .map(type -> type.get("type").getAsString())
                .collect(Collectors.toSet());
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes.resolve("io"))) {
            List<String> names = files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> classes.relativize(file).toString())
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.endsWith("package-info"))
                    .toList();
            for (String name : names) {
                boolean isNative = !nativeMethods(
                                Class.forName(name, false, getClass().getClassLoader()))
                        .isEmpty();
                assertThat(named.contains(name)).as(name).isEqualTo(isNative);
            }
        }
    }

    private static List<JsonObject> types(JsonObject metadata) {
        return stream(metadata.getAsJsonArray("reflection"))
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static List<Map.Entry<String, List<String>>> methods(JsonObject type) {
        return stream(type.getAsJsonArray("methods"))
                .map(JsonElement::getAsJsonObject)
                .map(method -> Map.entry(
                        method.get("name").getAsString(),
                        stream(method.getAsJsonArray("parameterTypes"))
                                .map(JsonElement::getAsString)
                                .toList()))
                .toList();
    }

    private static List<Map.Entry<String, List<String>>> nativeMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isNative(method.getModifiers()))
                .map(method -> Map.entry(method.getName(), parameters(method)))
                .toList();
    }

    private static List<String> parameters(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getCanonicalName)
                .toList();
    }

    private static Stream<JsonElement> stream(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
