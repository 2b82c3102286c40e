package io.saltunnel.it.process;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Chromium, driven by its {@code chromedriver} over the WebDriver protocol (W3C), which is JSON over HTTP. Both
 * are from Debian's package {@code chromium-driver}.
 */
final class Browser implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile(".*started successfully on port (\\d+).*");

    private final Process driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI session;

    private Browser(Process driver, URI session) {
        this.driver = driver;
        this.session = session;
    }

    /** Whether there is one on this machine. */
    static boolean isThere() {
        return List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromedriver")));
    }

    /**
     * Starts it without a page.
     *
     * @param profile an empty directory
     */
    static Browser start(Path profile) throws IOException, InterruptedException {
        Process driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader output = driver.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher started = PORT.matcher(line);
            if (started.matches()) {
                Browser sessionless =
                        new Browser(driver, URI.create("http://127.0.0.1:" + started.group(1) + "/session"));
                JsonObject made = sessionless.post("", capabilities(profile)).getAsJsonObject();
                return new Browser(
                        driver,
                        URI.create(sessionless.session + "/"
                                + made.get("sessionId").getAsString()));
            }
        }
        throw new IOException("chromedriver ended at once");
    }

    private static JsonObject capabilities(Path profile) {
        JsonArray arguments = new JsonArray();
        List.of(
                        "--headless=new",
                        "--no-sandbox", // Chromium wants it for root
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--user-data-dir=" + profile)
                .forEach(arguments::add);
        JsonObject options = new JsonObject();
        options.add("args", arguments);
        JsonObject wanted = new JsonObject();
        wanted.add("goog:chromeOptions", options);
        wanted.add("goog:loggingPrefs", object(Map.of("browser", "ALL")));
        JsonObject always = new JsonObject();
        always.add("alwaysMatch", wanted);
        JsonObject body = new JsonObject();
        body.add("capabilities", always);
        return body;
    }

    void open(URI page) throws IOException, InterruptedException {
        post("/url", object(Map.of("url", page.toString())));
    }

    /** Makes the window look like a screen of a size, in a colour scheme. */
    void emulate(int width, int height, String scheme) throws IOException, InterruptedException {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}".formatted(width, height));
        devTools("Emulation.setScrollbarsHidden", "{\"hidden\":true}");
        devTools(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}".formatted(scheme));
    }

    /** Runs a script in the page, and returns what it returns as text. */
    String run(String script) throws IOException, InterruptedException {
        JsonObject body = object(Map.of("script", script));
        body.add("args", new JsonArray());
        JsonElement value = post("/execute/sync", body);
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    /** Presses keys one after another; Tab and Enter are {@code \uE004} and {@code \uE007}. */
    void press(String keys) throws IOException, InterruptedException {
        JsonArray steps = new JsonArray();
        for (int i = 0; i < keys.length(); i++) {
            for (String type : List.of("keyDown", "keyUp")) {
                steps.add(object(Map.of("type", type, "value", keys.substring(i, i + 1))));
            }
        }
        JsonObject keyboard = object(Map.of("type", "key", "id", "keyboard"));
        keyboard.add("actions", steps);
        JsonArray actions = new JsonArray();
        actions.add(keyboard);
        JsonObject body = new JsonObject();
        body.add("actions", actions);
        post("/actions", body);
    }

    /** What the page's console said so far: errors, and what the content security policy refused. */
    List<String> console() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        post("/se/log", object(Map.of("type", "browser")))
                .getAsJsonArray()
                .forEach(entry ->
                        lines.add(entry.getAsJsonObject().get("message").getAsString()));
        return lines;
    }

    /** Writes what the window shows as a PNG. */
    void screenshot(Path file) throws IOException, InterruptedException {
        String image = devTools("Page.captureScreenshot", "{\"captureBeyondViewport\":true}")
                .getAsJsonObject()
                .get("data")
                .getAsString();
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(image));
    }

    private JsonElement devTools(String command, String parameters) throws IOException, InterruptedException {
        JsonObject body = object(Map.of("cmd", command));
        body.add("params", JsonParser.parseString(parameters));
        return post("/goog/cdp/execute", body);
    }

    private JsonElement post(String path, JsonObject body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(session + path))
                        .timeout(Patience.LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.body());
        }
        return JsonParser.parseString(answer.body()).getAsJsonObject().get("value");
    }

    private static JsonObject object(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }

    /** Ends the browser; destroying its driver alone would leave it behind. */
    @Override
    public void close() {
        try {
            http.sendAsync(
                            HttpRequest.newBuilder(session)
                                    .timeout(Patience.LIMIT)
                                    .DELETE()
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .join();
        } finally {
            driver.destroy();
            driver.onExit().join();
        }
    }
}
