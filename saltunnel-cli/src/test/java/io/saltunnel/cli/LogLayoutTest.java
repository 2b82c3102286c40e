package io.saltunnel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a line looks in each format. */
class LogLayoutTest {
    private static final String TIME =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}(?:Z|[+-][0-9]{2}:[0-9]{2}) ";

    private final LoggerContext loggers = new LoggerContext();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NORMAL  | INFO  | saltunnel: tunnel web: 17 open
            NORMAL  | WARN  | saltunnel: warning: tunnel web: 17 open
            NORMAL  | ERROR | saltunnel: tunnel web: 17 open
            VERBOSE | WARN  | WARN  tunnel web: 17 open
            VERBOSE | DEBUG | DEBUG tunnel web: 17 open
            """)
    void aSentenceHasTheTimeWithItsZoneAndTheTunnel(Verbosity verbosity, String level, String line) {
        assertThat(line(LogFormat.TEXT, verbosity, event("io.saltunnel.server.web", level, null)))
                .matches(TIME + line + "\n");
    }

    @ParameterizedTest
    @CsvSource({"ERROR, <3>", "WARN, <4>", "INFO, <6>", "DEBUG, <7>", "TRACE, <7>"})
    void aLineForTheJournalHasAPriorityAndNoTime(String level, String priority) {
        for (Verbosity verbosity : new Verbosity[] {Verbosity.NORMAL, Verbosity.VERBOSE}) {
            assertThat(line(LogFormat.JOURNAL, verbosity, event("io.saltunnel.client.a.b", level, null)))
                    .isEqualTo(priority + "tunnel a.b: 17 open\n");
        }
    }

    @Test
    void linesAboutNoTunnelHaveNoName() {
        assertThat(line(LogFormat.JOURNAL, Verbosity.NORMAL, event("io.saltunnel.server", "INFO", null)))
                .isEqualTo("<6>17 open\n");
        assertThat(line(LogFormat.JOURNAL, Verbosity.NORMAL, event("io.netty.x", "INFO", null)))
                .isEqualTo("<6>17 open\n");
    }

    @Test
    void jsonIsAnObjectALine() {
        String line = new String(
                JsonLines.start(loggers, Verbosity.NORMAL)
                        .encode(event("io.saltunnel.server.web", "WARN", new IOException("\"x\""))),
                UTF_8);
        assertThat(line)
                .matches(
                        "\\{\"timestamp\":[0-9]{13},\"level\":\"WARN\",\"threadName\":\"[^\"]+\","
                                + "\"loggerName\":\"io.saltunnel.server.web\",\"formattedMessage\":\"17 open\",\"tunnel\":\"web\"}\n");
    }

    @Test
    void jsonNamesOptionsToo() {
        LoggingEvent event = new LoggingEvent(
                "", loggers.getLogger("io.saltunnel.server"), Level.WARN, "raise {}", null, new Object[] {
                    "maxConnections"
                });
        assertThat(new String(JsonLines.start(loggers, Verbosity.NORMAL).encode(event), UTF_8))
                .contains("\"formattedMessage\":\"raise -m\"");
    }

    /** Otherwise a text from outside could write lines of its own, or commands for the terminal. */
    @Test
    void controlCharactersNeitherBeginALineNorReachATerminal() {
        LoggingEvent event = new LoggingEvent(
                "", loggers.getLogger("io.saltunnel.server"), Level.WARN, "from {}", null, new Object[] {
                    "a\r\n<0>saltunnel: b\u001b[2J\u009b\u007f\u0000\"\\"
                });
        for (Verbosity verbosity : Verbosity.values()) {
            for (LogFormat format : List.of(LogFormat.TEXT, LogFormat.JOURNAL)) {
                assertThat(line(format, verbosity, event)).endsWith("from a??<0>saltunnel: b?[2J???\"\\\n");
            }
        }
        assertThat(new String(JsonLines.start(loggers, Verbosity.NORMAL).encode(event), UTF_8))
                .endsWith("\"formattedMessage\":\"from a??<0>saltunnel: b?[2J???\\\"\\\\\"}\n");
    }

    private String line(LogFormat format, Verbosity verbosity, ILoggingEvent event) {
        return new String(LogConfigurator.sentences(loggers, format, verbosity).encode(event), UTF_8);
    }

    private LoggingEvent event(String logger, String level, @Nullable Throwable cause) {
        Logger from = loggers.getLogger(logger);
        return new LoggingEvent("", from, Level.valueOf(level), "{} open", cause, new Object[] {17});
    }
}
