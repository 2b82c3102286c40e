package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.Endpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1:9410    | localhost           | true
            127.0.0.1:9410    | LocalHost:9410      | true
            127.0.0.1:9410    | localhost:22        | true
            127.0.0.1:9410    | 127.0.0.1:9410      | true
            127.0.0.1:9410    | 127.8.9.1           | true
            127.0.0.1:9410    | [::1]:9410          | true
            127.0.0.1:9410    | 192.0.2.1:9410      | false
            127.0.0.1:9410    | attacker.example    | false
            127.0.0.1:9410    | localhost.attacker.example | false
            127.0.0.1:9410    | 127.0.0.1.attacker.example | false
            127.0.0.1:9410    | localhost@attacker.example | false
            127.0.0.1:9410    | localhost:9410:1    | false
            127.0.0.1:9410    | ''                  | false
            127.0.0.1:9410    | [::1                | false
            192.0.2.1:9410    | 192.0.2.1:9410      | true
            192.0.2.1:9410    | 192.0.2.2:9410      | false
            [2001:db8::1]:80  | [2001:DB8:0::1]     | true
            status.example:80 | status.example      | true
            status.example:80 | other.example       | false
            0.0.0.0:9410      | 192.0.2.7:9410      | true
            :9410             | [2001:db8::7]:9410  | true
            :9410             | attacker.example    | false
            unix:/run/s       | localhost           | true
            unix:/run/s       | attacker.example    | false
            """)
    void acceptsLoopbackAndTheConfiguredHostOnly(String listen, String host, boolean accepted) {
        assertThat(HostCheck.of(Endpoint.parse(listen)).accepts(host)).isEqualTo(accepted);
    }
}
