package io.saltunnel.it.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: each command of {@code docs/tour.md} prints what the page says. {@link TourPage} explains its blocks. */
@Tag("jdk-independent")
class TourIT {

    private static final Path LAUNCHER = Path.of(
                    System.getProperty("saltunnel.jar", "../saltunnel-cli/target/saltunnel.jar"))
            .resolveSibling("../src/main/dist/bin")
            .toAbsolutePath()
            .normalize();

    @TempDir
    private Path directory;

    private final TourPorts ports = new TourPorts();
    private final TourText page = new TourText();
    private final TourText program = new TourText();
    private final Map<String, Terminal> terminals = new LinkedHashMap<>();
    private final List<Terminal> opened = new ArrayList<>();

    @AfterEach
    void endPrograms() {
        opened.forEach(Terminal::close);
    }

    @Test
    void everyCommandPrintsWhatThePageSays() throws Exception {
        for (TourBlock block : TourPage.blocks()) {
            switch (block.kind()) {
                case TOML -> write(block);
                case CONSOLE -> {
                    if (block.name().isEmpty()) {
                        runEach(block);
                    } else {
                        follow(block);
                    }
                }
            }
        }
        for (Map.Entry<String, Terminal> terminal : terminals.entrySet()) {
            terminal.getValue().assertEnded("terminal " + terminal.getKey());
        }
    }

    private void write(TourBlock block) throws IOException {
        Path file = directory.resolve(block.name());
        Files.createDirectories(file.getParent());
        Files.writeString(file, ports.real(String.join("\n", block.lines()) + "\n"));
    }

    private void runEach(TourBlock block) throws Exception {
        assertThat(block.startsTerminal())
                .as("%s:%d: a command", TourPage.FILE, block.line())
                .isTrue();
        int i = 0;
        while (i < block.lines().size()) {
            String command = block.lines().get(i).substring(TourBlock.PROMPT.length());
            Terminal terminal = opened(Terminal.forShortCommand(shell(), ports.real(command)));
            for (i++; i < block.lines().size() && !block.lines().get(i).startsWith(TourBlock.PROMPT); i++) {
                compare(block, i, terminal);
            }
            terminal.assertEnded(command);
        }
    }

    private void follow(TourBlock block) throws Exception {
        if (block.startsTerminal()) {
            String command = block.lines().get(0).substring(TourBlock.PROMPT.length());
            Terminal started = opened(Terminal.forProgram(shell(), ports.real(command)));
            assertThat(terminals.put(block.name(), started)).as(block.name()).isNull();
        }
        Terminal terminal = Objects.requireNonNull(terminals.get(block.name()), block.name());
        for (int i = block.startsTerminal() ? 1 : 0; i < block.lines().size(); i++) {
            compare(block, i, terminal);
        }
    }

    private void compare(TourBlock block, int index, Terminal terminal) throws InterruptedException {
        String line = terminal.nextLine();
        assertThat(program.withoutWhatVaries(ports.onThePage(line)))
                .as("%s:%d; the program printed: %s", TourPage.FILE, block.line() + index, line)
                .isEqualTo(page.withoutWhatVaries(block.lines().get(index)));
    }

    private Terminal opened(Terminal terminal) {
        opened.add(terminal);
        return terminal;
    }

    private ProcessBuilder shell() {
        ProcessBuilder shell = new ProcessBuilder().directory(directory.toFile());
        Map<String, String> environment = shell.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SALTUNNEL_JAVA_OPTS", "-XX:TieredStopAtLevel=1"); // short commands end sooner
        environment.put("PATH", LAUNCHER + File.pathSeparator + environment.get("PATH"));
        return shell;
    }
}
