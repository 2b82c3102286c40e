package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Goal: the status page works in a real browser, on narrow and wide screens, light and dark, by keyboard, and live. Its
 * screenshots are {@code target/status-page-*.png}.
 */
@Tag("jdk-independent")
class StatusPageIT {

    private static final Path TARGET = Path.of("target");
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void thePageIsLiveAndFitsEachScreen() throws Exception {
        assertThat(Browser.isThere())
                .as("chromedriver; apt-get install chromium-driver")
                .isTrue();
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            SaltunnelProcess client = processes.client(server.address(), "--status", "127.0.0.1:0");
            String line = client.awaitLine("status page on http://");
            URI page = URI.create(line.substring(line.indexOf("http://")));
            Path profile = Files.createDirectory(processes.folder().resolve("profile"));
            try (Browser browser = Browser.start(profile)) {
                browser.emulate(360, 740, "light");
                browser.open(page);
                awaitText(browser, "[data-field=open]", "0 of 100");
                try (Socket application = Sockets.connect(client.address())) {
                    application.getOutputStream().write(new byte[100_000]);
                    assertThat(application.getInputStream().readNBytes(100_000)).hasSize(100_000);
                    awaitText(browser, "[data-field=open]", "1 of 100");
                    awaitText(browser, "[data-field=sent]", "100 kB");
                    openDetailsByKeyboard(browser);
                    assertThat(text(browser, "[data-table=handshakes] tbody")).isEqualTo("proved1");
                    fits(browser, 360, "light");
                    fits(browser, 360, "dark");
                    fits(browser, 1440, "light");
                    fits(browser, 1440, "dark");
                }
                awaitText(browser, "[data-table=outcomes] tbody", "completed1", "reset1");
                assertThat(browser.run("return document.querySelector('svg').getAttribute('aria-label')"))
                        .startsWith("Throughput of the last 5 minutes: now ");
                assertThat(browser.console()).isEmpty();
                client.signal("TERM");
                assertThat(client.exitCode()).isZero();
                awaitText(browser, "#link", "No connection to the program. What is shown is old.");
            }
        }
    }

    /** The summary is the first thing on the page that Tab reaches, and Enter opens it. */
    private static void openDetailsByKeyboard(Browser browser) throws Exception {
        browser.press(TAB);
        assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("SUMMARY");
        browser.press(ENTER);
        assertThat(browser.run("return document.querySelector('details').open")).isEqualTo("true");
    }

    private static void fits(Browser browser, int width, String scheme) throws Exception {
        browser.emulate(width, 900, scheme);
        browser.screenshot(TARGET.resolve("status-page-%d-%s.png".formatted(width, scheme)));
        assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth"))
                .as("nothing is cut off on a screen of %d", width)
                .isEqualTo("true");
    }

    private static void awaitText(Browser browser, String selector, String... wanted) {
        Patience.await(selector + " shows " + String.join(" or ", wanted))
                .until(() -> List.of(wanted).contains(text(browser, selector)));
    }

    private static String text(Browser browser, String selector) throws Exception {
        return browser.run("return document.querySelector('%s')?.textContent ?? ''".formatted(selector));
    }
}
