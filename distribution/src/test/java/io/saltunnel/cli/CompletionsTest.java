package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompletionsTest {

    private static final String FISH = Completions.fish(Program.commandLine(StandardStreams.ofProcess()));

    @Test
    void fishOffersTheCommandsUntilOneIsThere() {
        assertThat(FISH.lines())
                .anyMatch(
                        line -> line.startsWith("complete -c saltunnel -n '__fish_use_subcommand' -f -a server -d '"));
    }

    @Test
    void fishOffersTheCommandsForKeysAfterKey() {
        assertThat(FISH.lines())
                .anyMatch(line ->
                        line.contains("'__fish_seen_subcommand_from key; and not ") && line.contains("-a import"));
    }

    @Test
    void fishOffersFilesForAKeyAndWordsForATransport() {
        assertThat(optionOfServer("key")).contains(" -s k ").contains(" -r ");
        assertThat(optionOfServer("transport")).contains(" -x -a 'auto epoll io_uring kqueue nio' ");
    }

    @Test
    void fishOffersTheOnlyWayToPad() {
        assertThat(optionOfServer("pad")).contains(" -x -a 'bursts' ");
    }

    @Test
    void aQuoteInADescriptionIsEscaped() {
        assertThat(optionOfServer("name")).contains("The tunnel\\'s name");
    }

    @Test
    void zshUsesTheCompletionOfBash() {
        assertThat(Completions.zsh("complete -F _complete_saltunnel saltunnel"))
                .startsWith("#compdef saltunnel\n")
                .contains("\ncomplete -F _complete_saltunnel saltunnel\n")
                .endsWith("_complete_saltunnel\n");
    }

    private static String optionOfServer(String name) {
        return FISH.lines()
                .filter(line ->
                        line.contains("'__fish_seen_subcommand_from server'") && line.contains(" -l " + name + " "))
                .findFirst()
                .orElseThrow();
    }
}
