package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LittleEndianTest {

    private static final int SIZE = 32;
    private static final long WORD = 0x0807_0605_0403_0201L;

    /** The kinds of buffer, each of 32 bytes. */
    enum Kind {
        DIRECT {
            @Override
            ByteBuffer buffer() {
                return ByteBuffer.allocateDirect(SIZE);
            }
        },
        ARRAY {
            @Override
            ByteBuffer buffer() {
                return ByteBuffer.allocate(SIZE);
            }
        },
        PART_OF_AN_ARRAY {
            @Override
            ByteBuffer buffer() {
                return ByteBuffer.allocate(3 + SIZE + 5).slice(3, SIZE);
            }
        },
        PART_BY_LIMIT {
            @Override
            ByteBuffer buffer() {
                return ByteBuffer.allocate(SIZE + 5).limit(SIZE);
            }
        };

        abstract ByteBuffer buffer();
    }

    @ParameterizedTest
    @EnumSource
    void wordsAreWhereTheirBytesAre(Kind kind) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            ByteBuffer buffer = kind.buffer().order(order);
            for (int i = 0; i < SIZE; i++) {
                buffer.put(i, (byte) (i + 1));
            }
            for (int at = 0; at <= SIZE - 8; at++) {
                long word = WORD + at * 0x0101_0101_0101_0101L;
                assertThat(LittleEndian.getLong(buffer, at)).isEqualTo(word);
                assertThat(LittleEndian.getInt(buffer, at)).isEqualTo((int) word);
                assertThat(LittleEndian.getPartialLong(buffer, at, 5)).isEqualTo(word & 0xff_ffff_ffffL);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void writtenWordsAreReadAgainAndNothingElseChanges(Kind kind) {
        ByteBuffer buffer = kind.buffer();
        for (int at = 0; at <= SIZE - 8; at++) {
            LittleEndian.putLong(buffer, at, WORD);
            assertThat(LittleEndian.getLong(buffer, at)).isEqualTo(WORD);
            LittleEndian.putInt(buffer, at, 0x7a7b_7c7d);
            LittleEndian.putShort(buffer, at + 4, (short) 0x1112);
            assertThat(LittleEndian.getLong(buffer, at)).isEqualTo(0x0807_1112_7a7b_7c7dL);
            LittleEndian.putPartialLong(buffer, at, 3, -1);
            assertThat(LittleEndian.getLong(buffer, at)).isEqualTo(0x0807_1112_7aff_ffffL);
            LittleEndian.putLong(buffer, at, 0);
            assertThat(buffer.clear().limit(SIZE)).isEqualTo(kind.buffer());
        }
    }

    static Stream<ThrowingCallable> outside() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(
                        () -> LittleEndian.getInt(kind.buffer(), SIZE - 3),
                        () -> LittleEndian.getInt(kind.buffer(), -1),
                        () -> LittleEndian.putInt(kind.buffer(), SIZE - 3, 1),
                        () -> LittleEndian.putShort(kind.buffer(), SIZE - 1, (short) 1),
                        () -> LittleEndian.putShort(kind.buffer(), -1, (short) 1),
                        () -> LittleEndian.getLong(kind.buffer(), SIZE - 7),
                        () -> LittleEndian.getLong(kind.buffer(), -1),
                        () -> LittleEndian.putLong(kind.buffer(), SIZE - 7, 1),
                        () -> LittleEndian.putLong(kind.buffer(), -1, 1)));
    }

    @ParameterizedTest
    @MethodSource("outside")
    void noWordLeavesTheLimits(ThrowingCallable outside) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(outside);
    }
}
