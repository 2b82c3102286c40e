package io.saltunnel.netty.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY protocol headers and their limits, in pieces, and with data behind them. */
class ProxyHeaderReaderTest {
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEHIND = "PROXY \r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String FOUR = "c0000201 c6336401 9c40 01bb";

    /** The buffers of a socket are locked memory, which strangers could use up. */
    @Test
    void keepsNoBufferOfAnIncompleteHeader() throws ProxyHeaderException {
        ByteBuf line = Unpooled.copiedBuffer("PROXY TCP4 192.0.2.1", StandardCharsets.US_ASCII);
        ByteBuf binary = Unpooled.copiedBuffer(SIGNATURE, new byte[] {0x21, 0x11, 0, 12, 1, 2});
        try (ProxyHeaderReader text = new ProxyHeaderReader();
                ProxyHeaderReader version2 = new ProxyHeaderReader()) {
            assertThat(text.read(line)).isEmpty();
            assertThat(version2.read(binary)).isEmpty();
            assertThat(line.refCnt()).isZero();
            assertThat(binary.refCnt()).isZero();
        }
    }

    /** Reads a header and the data behind it in two pieces of every size. */
    private static Optional<ProxyHeaderReader.Addresses> read(byte[] header) throws ProxyHeaderException {
        Optional<ProxyHeaderReader.Addresses> last = Optional.empty();
        for (int split = 0; split <= header.length + BEHIND.length; split++) {
            last = read(header, split);
        }
        return last;
    }

    private static Optional<ProxyHeaderReader.Addresses> read(byte[] header, int split) throws ProxyHeaderException {
        ByteBuf stream = Unpooled.copiedBuffer(header, BEHIND);
        ByteBuf second = stream.copy(split, stream.readableBytes() - split);
        try (ProxyHeaderReader reader = new ProxyHeaderReader()) {
            Optional<ProxyHeaderReader.Header> first = reader.read(stream.writerIndex(split));
            assertThat(first.isPresent()).isEqualTo(split >= header.length);
            ProxyHeaderReader.Header complete =
                    first.isPresent() ? first.get() : reader.read(second).orElseThrow();
            ByteBuf rest = complete.rest() == null ? Unpooled.EMPTY_BUFFER : complete.rest();
            ByteBuf behind = first.isPresent() ? Unpooled.wrappedBuffer(rest, second) : rest;
            assertThat(behind).isEqualTo(Unpooled.wrappedBuffer(BEHIND));
            behind.release();
            return complete.addresses();
        }
    }

    private static Optional<ProxyHeaderReader.Addresses> readLine(String line) throws ProxyHeaderException {
        return read((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] version2(int command, int family, String hex) {
        byte[] rest = HexFormat.of().parseHex(hex.replace(" ", ""));
        return ByteBuffer.allocate(16 + rest.length)
                .put(SIGNATURE)
                .put((byte) command)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    private static void assertRefused(byte[] header) {
        try (ProxyHeaderReader reader = new ProxyHeaderReader()) {
            assertThatExceptionOfType(ProxyHeaderException.class)
                    .isThrownBy(() -> reader.read(Unpooled.copiedBuffer(header)))
                    .withMessage("no valid PROXY protocol header");
        }
        try (ProxyHeaderReader reader = new ProxyHeaderReader()) {
            assertThatExceptionOfType(ProxyHeaderException.class).isThrownBy(() -> {
                for (byte each : header) {
                    assertThat(reader.read(Unpooled.copiedBuffer(new byte[] {each})))
                            .isEmpty();
                }
            });
        }
    }

    private static void assertNames(
            Optional<ProxyHeaderReader.Addresses> addresses, String peer, int peerPort, String local, int localPort) {
        assertThat(addresses)
                .contains(new ProxyHeaderReader.Addresses(
                        new InetSocketAddress(peer, peerPort), new InetSocketAddress(local, localPort)));
    }

    @Test
    void readsLines() throws Exception {
        assertNames(readLine("PROXY TCP4 192.0.2.1 198.51.100.1 65535 1"), "192.0.2.1", 65_535, "198.51.100.1", 1);
        assertNames(readLine("PROXY TCP6 2001:db8::1 ::1 40000 443"), "2001:db8::1", 40_000, "::1", 443);
        String host = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        assertNames(readLine("PROXY TCP6 " + host + " " + host + " 65535 65535"), host, 65_535, host, 65_535);
        assertThat(readLine("PROXY UNKNOWN")).isEmpty();
        assertThat(readLine("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY  TCP4 192.0.2.1 198.51.100.1 1 2",
                "PROXY TCP4 192.0.2.1 198.51.100.1 1",
                "PROXY TCP4 192.0.2.1 198.51.100.1 1 65536",
                "PROXY TCP4 192.0.2.1 198.51.100.1 1 -2",
                "PROXY TCP4 192.0.2.256 198.51.100.1 1 2",
                "PROXY TCP4 target.example 198.51.100.1 1 2",
                "PROXY TCP4 ::1 ::1 1 2",
                "PROXY TCP6 192.0.2.1 198.51.100.1 1 2",
                "PROXY tcp4 192.0.2.1 198.51.100.1 1 2",
                "GET / HTTP/1.0"
            })
    void refusesOtherLines(String line) {
        assertRefused((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void refusesALineWithoutAnEnd() {
        assertRefused("x".repeat(200).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void readsBinaryHeaders() throws Exception {
        assertNames(read(version2(0x21, 0x11, FOUR)), "192.0.2.1", 40_000, "198.51.100.1", 443);
        String six = "20010db8000000000000000000000001 00000000000000000000000000000001 9c40 01bb";
        assertNames(read(version2(0x21, 0x21, six)), "2001:db8::1", 40_000, "::1", 443);
        String mapped = "00000000000000000000ffffc0000201".repeat(2) + "00010002";
        assertNames(read(version2(0x21, 0x21, mapped)), "192.0.2.1", 1, "192.0.2.1", 2);
    }

    @Test
    void skipsExtensionsUpToALimit() throws Exception {
        assertNames(read(version2(0x21, 0x11, FOUR + "04 0003 000000")), "192.0.2.1", 40_000, "198.51.100.1", 443);
        assertRefused(version2(0x21, 0x11, FOUR + "04 ffee" + "00".repeat(0xffee)));
    }

    @Test
    void namesNoAddressesWhereThereAreNoOthers() throws Exception {
        assertThat(read(version2(0x20, 0x00, ""))).isEmpty();
        assertThat(read(version2(0x20, 0x11, FOUR))).isEmpty();
        assertThat(read(version2(0x21, 0x00, ""))).isEmpty();
        assertThat(read(version2(0x21, 0x31, "61".repeat(216)))).isEmpty();
        assertThat(read(version2(0x21, 0x12, FOUR))).isEmpty();
    }

    @Test
    void refusesAnExtensionThatIsLongerThanTheHeader() {
        assertRefused(version2(0x21, 0x11, "00".repeat(12) + "0400ff00"));
    }

    @ParameterizedTest
    @CsvSource({"0x21, 0x11, 11", "0x21, 0x21, 35", "0x21, 0x31, 215", "0x22, 0x11, 12", "0x11, 0x11, 12"})
    void refusesOtherBinaryHeaders(String command, String family, int bytes) {
        assertRefused(version2(Integer.decode(command), Integer.decode(family), "00".repeat(bytes)));
    }
}
