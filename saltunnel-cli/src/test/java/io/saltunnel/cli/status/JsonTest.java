package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void writesEachKindOfValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("texts", List.of("a", "b"));
        map.put("none", List.of());
        map.put("empty", Map.of());
        map.put("number", 12L);
        map.put("fraction", 0.5);
        map.put("true", true);
        assertThat(Json.of(map))
                .isEqualTo(
                        "{\"texts\":[\"a\",\"b\"],\"none\":[],\"empty\":{},\"number\":12,\"fraction\":0.5,\"true\":true}");
    }

    @Test
    void textNeverEndsALineNorItsQuotes() {
        assertThat(Json.of("\"\\\n\r\u2028é</script>")).isEqualTo("\"\\\"\\\\\\u000a\\u000d\\u2028\\u00e9</script>\"");
    }

    @Test
    void refusesWhatJsonCantSay() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.of(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.of(new ArrayList<>(List.of(new Object()))));
    }
}
