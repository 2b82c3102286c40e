package io.saltunnel.core.handshake;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The rules of the replay window in their shortest form: one set of everything, searched in full. */
final class NaiveReplayWindow {

    private record Entry(long second, long nonce) {}

    private final Set<Entry> entries = new HashSet<>();
    private final int capacity;
    private long floor;

    NaiveReplayWindow(long floor, int capacity) {
        this.floor = floor;
        this.capacity = capacity;
    }

    /** Returns the reason for a refusal, or nothing if the hello is admitted. */
    Optional<HandshakeFailure> admit(long now, long second, long nonce) {
        if (second < now - 3600) {
            return Optional.of(HandshakeFailure.STALE);
        }
        if (second > now + 3600) {
            return Optional.of(HandshakeFailure.FROM_FUTURE);
        }
        OptionalLong expired = entries.stream()
                .mapToLong(Entry::second)
                .filter(s -> s < now - 3600)
                .max();
        expired.ifPresent(this::forgetUpTo);
        Entry entry = new Entry(second, nonce);
        if (second >= floor && entries.contains(entry)) {
            return Optional.of(HandshakeFailure.REPLAYED);
        }
        if (second >= floor && entries.size() == capacity) {
            long oldest = entries.stream().mapToLong(Entry::second).min().orElseThrow();
            forgetUpTo(Math.min(oldest, second));
        }
        if (second < floor) {
            return Optional.of(HandshakeFailure.STALE);
        }
        entries.add(entry);
        return Optional.empty();
    }

    long floor() {
        return floor;
    }

    int size() {
        return entries.size();
    }

    private void forgetUpTo(long second) {
        entries.removeIf(entry -> entry.second() <= second);
        floor = Math.max(floor, second + 1);
    }
}
