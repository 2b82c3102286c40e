package io.saltunnel.it.tour;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what differs in each run by what it is: lines are equal if they differ in nothing else. There is one for the
 * page and one for the program. Fingerprints get numbers in the order of their first appearance, so the same one on the
 * page has to be the same one in the program.
 */
final class TourText {

    private record Rule(Pattern varying, String name) {}

    private static final List<Rule> RULES = List.of(
            rule("\u001B\\[[0-9;]*m", ""), // colours
            rule("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)", "TIME"),
            rule("(?<=\"timestamp\":)\\d{13}", "MILLISECONDS"),
            rule("(?<=\"threadName\":\"saltunnel-)\\d+-\\d+", "THREAD"),
            rule("(?<=\\bup for 0 d )\\d\\d:\\d\\d:\\d\\d", "TIME"),
            rule("(?<=\\bseconds=)\\d+(\\.\\d+)?", "SECONDS"),
            rule("\\b\\d+\\.\\d(?= ms\\b)", "MILLISECONDS"),
            rule("\\b\\d+(?= KiB\\b)", "SIZE"),
            rule(
                    "(?<=127\\.0\\.0\\.1:)\\d{5}\\b",
                    "PORT"), // of an outgoing connection; those of the page have 4 digits
            rule("(?<=\\b(from|to)_peer=)\\d+", "BYTES"), // browsers and web servers have headers of many lengths
            rule("\\b\\d+ bytes in and \\d+(?= out of\\b)", "BYTES"),
            rule(" +\\d+ B\\b", " BYTES"),
            rule("\\b([0-9A-F]{4}-){15}[0-9A-F]{4}\\b", "KEY"),
            rule("(?<=^saltunnel )\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?(?=,)", "VERSION"),
            rule("\\s+$", ""));

    /** The first eight digits of a key's checksum, with or without the others. */
    private static final Pattern FINGERPRINT = Pattern.compile("\\b([0-9a-f]{8})([0-9a-f]{56})?\\b");

    private final Map<String, Integer> fingerprints = new HashMap<>();

    private static Rule rule(String varying, String name) {
        return new Rule(Pattern.compile(varying), name);
    }

    String withoutWhatVaries(String line) {
        String result = line;
        for (Rule rule : RULES) {
            result = rule.varying.matcher(result).replaceAll(rule.name);
        }
        Matcher fingerprint = FINGERPRINT.matcher(result);
        return fingerprint.replaceAll(match -> (match.group(2) == null ? "FINGERPRINT-" : "CHECKSUM-")
                + fingerprints.computeIfAbsent(match.group(1), digits -> fingerprints.size() + 1));
    }
}
