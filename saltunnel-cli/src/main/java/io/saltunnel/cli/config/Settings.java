package io.saltunnel.cli.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings of one table. Immutable. */
public final class Settings {

    private final Place place;
    private final boolean whole;
    private final Map<String, Setting> byKey;
    private final Set<String> ownKeys;

    Settings(Place place, boolean whole, Map<String, Setting> byKey) {
        this(place, whole, byKey, byKey.keySet());
    }

    private Settings(Place place, boolean whole, Map<String, Setting> byKey, Set<String> ownKeys) {
        this.place = place;
        this.whole = whole;
        this.byKey = byKey;
        this.ownKeys = ownKeys;
    }

    /** Adds the defaults that this table doesn't have itself. */
    Settings over(Settings defaults) {
        Map<String, Setting> all = new LinkedHashMap<>(byKey);
        defaults.byKey.forEach(all::putIfAbsent);
        return new Settings(place, whole && defaults.whole, all, ownKeys);
    }

    /**
     * Whether the table has a setting itself, and not only from the defaults.
     *
     * @param key its name
     * @return false also if the defaults don't have it either
     */
    public boolean isOwn(String key) {
        return ownKeys.contains(key);
    }

    /**
     * Where the table begins.
     *
     * @return the place of its name in brackets
     */
    public Place place() {
        return place;
    }

    /**
     * Whether the file of the table has no syntax errors. Only then can a missing setting be reported.
     *
     * @return false if a setting may have been lost
     */
    public boolean isWhole() {
        return whole;
    }

    /**
     * Finds a setting.
     *
     * @param key its name
     * @return empty if the table and the defaults don't have it
     */
    public Optional<Setting> get(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /**
     * All settings.
     *
     * @return those of the table first, each group in the order of its file
     */
    public Collection<Setting> all() {
        return byKey.values();
    }

    /**
     * Where the value of a setting is.
     *
     * @param key its name
     * @return the place of the table if it doesn't have the setting
     */
    public Place placeOf(String key) {
        return get(key).map(Setting::valuePlace).orElse(place);
    }
}
