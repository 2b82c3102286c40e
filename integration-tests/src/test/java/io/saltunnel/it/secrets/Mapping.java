package io.saltunnel.it.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of a process's addresses, as {@code /proc/PID/smaps} describes it.
 *
 * @param start the first address
 * @param end the first address after it
 * @param permissions such as {@code rw-p}
 * @param name a file, such as {@code [stack]}, or empty
 * @param residentBytes how many of its bytes are in memory
 * @param lockedBytes how many of those can't be swapped out
 * @param flags the kernel's, such as {@code lo} for locked and {@code dd} for not in core dumps
 */
record Mapping(
        long start,
        long end,
        String permissions,
        String name,
        long residentBytes,
        long lockedBytes,
        List<String> flags) {

    private static final Pattern HEAD = Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (\\S+) \\S+ \\S+ \\d+ *(.*)");
    private static final Pattern FIELD = Pattern.compile("(\\w+): +(.*)");

    static List<Mapping> of(long pid) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        Matcher head = HEAD.matcher("");
        Map<String, String> fields = new HashMap<>();
        boolean first = true;
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"))) {
            Matcher nextHead = HEAD.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (nextHead.matches()) {
                if (!first) {
                    mappings.add(of(head, fields));
                }
                first = false;
                head = nextHead;
                fields.clear();
            } else if (field.matches()) {
                fields.put(field.group(1), field.group(2));
            }
        }
        mappings.add(of(head, fields));
        return mappings;
    }

    private static Mapping of(Matcher head, Map<String, String> fields) {
        return new Mapping(
                Long.parseUnsignedLong(head.group(1), 16),
                Long.parseUnsignedLong(head.group(2), 16),
                head.group(3),
                head.group(4),
                bytes(fields, "Rss"),
                bytes(fields, "Locked"),
                List.of(fields.getOrDefault("VmFlags", "").split(" ")));
    }

    private static long bytes(Map<String, String> fields, String field) {
        return Long.parseLong(fields.getOrDefault(field, "0 kB").replace(" kB", "")) << 10;
    }

    /** Whether it can be read: mappings without memory, such as the kernel's clock page, can't. */
    boolean readable() {
        return permissions.startsWith("r") && !name.equals("[vsyscall]") && !name.startsWith("[vvar");
    }

    /** Whether all its resident bytes stay in memory, and none of them goes into a core dump. */
    boolean lockedAway() {
        return flags.contains("lo") && flags.contains("dd") && lockedBytes == residentBytes;
    }

    @Override
    public String toString() {
        return "%x-%x %s %s (%d KiB resident, %d KiB locked, %s)"
                .formatted(
                        start, end, permissions, name, residentBytes >> 10, lockedBytes >> 10, String.join(" ", flags));
    }
}
