package io.saltunnel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory with configuration files and keys. */
record ConfigFolder(Path path) {

    static final String MAIN_FILE = "saltunnel.toml";

    /** Two lines that make a tunnel complete, except for its name and addresses. */
    static final String CLIENT = "mode = \"client\"\nkey = \"a.key\"\n";

    static ConfigFolder in(Path path) throws IOException {
        ConfigFolder folder = new ConfigFolder(path);
        folder.key("a.key");
        return folder;
    }

    Path key(String name) throws IOException {
        Path file = Files.writeString(path.resolve(name), "0123456789abcdef".repeat(2));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    Path main(String text) throws IOException {
        return file(MAIN_FILE, text);
    }

    Path file(String name, String text) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is printed about the main file, without its directory. */
    String check() {
        CommandRun run = CommandRun.of("check", path.resolve(MAIN_FILE).toString());
        return run.out().replace(path + "/", "") + (run.err().isEmpty() ? "" : "error: " + run.err());
    }
}
