package io.saltunnel.cli.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the parser's message into advice on what to write instead. */
final class SyntaxHint {

    private record Rule(Pattern line, String advice) {}

    /**
     * Mistakes of people who know other formats. The first rule that matches the line applies; {@code $1} is its group.
     */
    private static final List<Rule> RULES = List.of(
            rule(".*[\u201c\u201d\u2018\u2019].*", "quotes are the straight ones here: \" or '"),
            rule("\\s*\\[+[^]]*(?:#.*)?", "the name of a table ends with ']', that of a tunnel with ']]'"),
            rule("\\s*(\\[+[^]]+\\]+)\\s*[^#\\s].*", "the keys of a table stand on lines of their own, below $1"),
            rule("\\s*([\\w-]+)\\s*:.*", "a key and its value are joined by '=', as in $1 = \"...\""),
            rule("\\s*([\\w-]+)\\s*", "'$1' needs a value, as in $1 = true"),
            rule("\\s*[\\w-]+\\s*=\\s*(?:yes|on|True|TRUE).*", "write true"),
            rule("\\s*[\\w-]+\\s*=\\s*(?:no|off|False|FALSE).*", "write false"),
            rule("\\s*([\\w-]+)\\s*=\\s*(?:#.*)?", "'$1' needs a value"),
            rule("\\s*([\\w-]+)\\s*=\\s*([^\"'\\s\\[{#][^\\s#\"',]*)\\s*(?:#.*)?", "text needs quotes: $1 = \"$2\""),
            rule("\\s*[\\w-]+\\s*=\\s*\"[^\"]*", "the quotes are not closed"),
            rule("\\s*[\\w-]+\\s*=\\s*'[^']*", "the quotes are not closed"));

    private static final String BAD_ESCAPE = "Invalid escape sequence";

    private SyntaxHint() {}

    private static Rule rule(String line, String advice) {
        return new Rule(Pattern.compile(line), advice);
    }

    /**
     * Explains a syntax error.
     *
     * @param message the parser's message
     * @param line the text of the line
     */
    static String of(String message, String line) {
        if (message.startsWith(BAD_ESCAPE)) {
            return message + ": put text with backslashes in single quotes, '...'";
        }
        if (message.contains("previously defined") || message.contains("too large")) {
            return message;
        }
        for (Rule rule : RULES) {
            Matcher matcher = rule.line.matcher(line);
            if (matcher.matches()) {
                return matcher.replaceAll(rule.advice);
            }
        }
        return message;
    }
}
