package io.saltunnel.dist;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lists the software of others that is in the distribution: as a bill of materials for programs, and with the licences
 * and their texts for people.
 */
final class ThirdParties {

    private static final Pattern TEXT = Pattern.compile(
            "(META-INF/)?(license/)?[^/]*(LICEN[CS]E|NOTICE|COPYING|LGPL|AL2)[^/]*(?<!\\.class)",
            Pattern.CASE_INSENSITIVE);

    private ThirdParties() {}

    /**
     * Writes {@code saltunnel.cdx.json} and {@code THIRD-PARTY.txt}, and the texts of the licences.
     *
     * @param arguments the bill of materials as Maven knows it; the directory of the libraries; the Java runtime; the
     *     platform as Netty names it, as in {@code linux-x86_64}; the directory to write to
     */
    public static void main(String[] arguments) throws IOException {
        JsonObject bill =
                JsonParser.parseString(Files.readString(Path.of(arguments[0]))).getAsJsonObject();
        Path directory = Path.of(arguments[4]);
        removeOtherPlatforms(bill, arguments[3]);
        bill.getAsJsonArray("components").add(runtime(Path.of(arguments[2])));
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("saltunnel.cdx.json"),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(bill) + "\n");
        Files.write(directory.resolve("THIRD-PARTY.txt"), lines(bill));
        copyTexts(Path.of(arguments[1]), directory.resolve("licenses"));
    }

    /** Removes the native libraries that the distribution doesn't contain. */
    private static void removeOtherPlatforms(JsonObject bill, String platform) {
        Set<String> removed = new HashSet<>();
        bill.getAsJsonArray("components").asList().removeIf(component -> {
            String reference = text(component.getAsJsonObject(), "purl");
            return reference.contains("classifier=")
                    && !reference.contains("classifier=" + platform)
                    && removed.add(text(component.getAsJsonObject(), "bom-ref"));
        });
        JsonArray dependencies = bill.getAsJsonArray("dependencies");
        dependencies.asList().removeIf(node -> removed.contains(text(node.getAsJsonObject(), "ref")));
        for (JsonElement node : dependencies) {
            JsonArray uses = node.getAsJsonObject().getAsJsonArray("dependsOn");
            if (uses != null) {
                uses.asList().removeIf(reference -> removed.contains(reference.getAsString()));
            }
        }
    }

    /** The runtime is made from the JDK that runs this. */
    private static JsonObject runtime(Path runtime) throws IOException {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(runtime.resolve("release"))) {
            release.load(in);
        }
        JsonObject id = new JsonObject();
        id.addProperty("id", "GPL-2.0-with-classpath-exception");
        JsonObject license = new JsonObject();
        license.add("license", id);
        JsonArray licenses = new JsonArray();
        licenses.add(license);
        JsonObject component = new JsonObject();
        component.addProperty("type", "platform");
        component.addProperty("bom-ref", "java-runtime");
        component.addProperty("publisher", System.getProperty("java.vendor"));
        component.addProperty("name", "OpenJDK");
        component.addProperty("version", System.getProperty("java.runtime.version"));
        component.addProperty(
                "description",
                "Java runtime of the modules " + release.getProperty("MODULES").replace("\"", ""));
        component.add("licenses", licenses);
        return component;
    }

    private static List<String> lines(JsonObject bill) {
        List<String> lines = new ArrayList<>();
        lines.add("Software of others in this distribution. NOTICE and the directory licenses have the texts of the");
        lines.add("licences, and runtime/legal those of the Java runtime.");
        lines.add("");
        for (JsonElement each : bill.getAsJsonArray("components")) {
            JsonObject component = each.getAsJsonObject();
            lines.add("%s %s: %s".formatted(text(component, "name"), text(component, "version"), licenses(component)));
        }
        return lines;
    }

    private static String licenses(JsonObject component) {
        List<String> names = new ArrayList<>();
        JsonArray licenses = component.getAsJsonArray("licenses");
        for (JsonElement each : licenses == null ? new JsonArray() : licenses) {
            JsonObject choice = each.getAsJsonObject();
            JsonObject license = choice.getAsJsonObject("license");
            if (license == null) {
                names.add(text(choice, "expression"));
            } else {
                names.add(license.has("id") ? text(license, "id") : text(license, "name"));
            }
        }
        if (names.isEmpty()) {
            throw new IllegalStateException(
                    text(component, "name") + " names no licence: find out which it has, and whether we may ship it");
        }
        return String.join(" or ", names);
    }

    private static String text(JsonObject object, String key) {
        return object.has(key) ? object.get(key).getAsString() : "";
    }

    private static void copyTexts(Path libraries, Path directory) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(libraries)) {
            jars = files.sorted().toList();
        }
        for (Path file : jars) {
            try (JarFile jar = new JarFile(file.toFile())) {
                for (JarEntry entry : jar.stream().toList()) {
                    if (!entry.isDirectory() && TEXT.matcher(entry.getName()).matches()) {
                        copy(
                                jar,
                                entry,
                                directory.resolve(file.getFileName().toString().replaceFirst("\\.jar$", "")));
                    }
                }
            }
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path directory) throws IOException {
        Files.createDirectories(directory);
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        try (InputStream in = jar.getInputStream(entry)) {
            Files.write(directory.resolve(name), in.readAllBytes());
        }
    }
}
