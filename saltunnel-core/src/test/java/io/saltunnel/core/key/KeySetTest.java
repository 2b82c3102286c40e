package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeySetTest {

    private final SecretMemory memory = SecretMemory.create();
    private final List<LongTermKey> keys = new ArrayList<>();

    @AfterEach
    void close() {
        keys.forEach(LongTermKey::close);
        memory.close();
    }

    private NamedKey key(String name) {
        LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
        keys.add(key);
        return new NamedKey(name, key);
    }

    @Test
    void keepsKeysInTheirOrderAndTellsNothingSecret() {
        NamedKey first = key("new");
        NamedKey second = key("");
        KeySet set = KeySet.of(List.of(first, second));
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.first()).isSameAs(first.key());
        assertThat(set.key(1)).isSameAs(second.key());
        assertThat(set.bytes().apply(1)).isEqualTo(second.key().bytes().buffer());
        assertThat(set.labels()).containsExactly(first.label(), second.label());
        assertThat(set.label(0)).hasToString("new " + first.key().fingerprint());
        assertThat(set.label(1)).hasToString(second.key().fingerprint());
        assertThat(set.checksums())
                .containsExactlyInAnyOrder(first.key().checksum(), second.key().checksum());
    }

    @Test
    void hasSixteenKeysAtMostAndOneAtLeast() {
        List<NamedKey> named = new ArrayList<>();
        for (int i = 0; i < KeySet.MAX_KEYS; i++) {
            named.add(key("k" + i));
        }
        assertThat(KeySet.of(named).size()).isEqualTo(16);
        named.add(key("one-more"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeySet.of(named))
                .withMessage("a tunnel has 1 to 16 keys, not 17");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeySet.of(List.of()))
                .withMessage("a tunnel has 1 to 16 keys, not 0");
    }

    @Test
    void refusesAKeyTwiceAndANameTwice() {
        NamedKey one = key("one");
        NamedKey again = new NamedKey("again", one.key());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeySet.of(List.of(one, again)))
                .withMessage("the key " + again.label() + " is given twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeySet.of(List.of(one, key("one"))))
                .withMessage("two keys have the name one");
        assertThatIllegalArgumentException().isThrownBy(() -> new NamedKey("line\nfeed", one.key()));
    }

    @Test
    void isNotOpenWhenOneOfItsKeysIsClosed() {
        KeySet set = KeySet.of(List.of(key("a"), key("b")));
        set.checkOpen();
        keys.get(1).close();
        assertThatIllegalStateException().isThrownBy(set::checkOpen);
    }
}
