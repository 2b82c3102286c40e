package io.saltunnel.netty.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockedBufferAllocatorTest {
    private static final int MEBIBYTE = 1 << 20;

    private final LockedBufferAllocator allocator = new LockedBufferAllocator(8 * MEBIBYTE);

    @AfterEach
    void leavesNothing() {
        assertThat(allocator.buffersInUse()).isZero();
        allocator.close();
    }

    @Test
    void mapsWhatItHandsOut() {
        assertThat(allocator.mappedBytes()).isZero();
        ByteBuf buffer = allocator.directBuffer(100);
        assertThat(allocator.mappedBytes()).isPositive();
        assertThat(allocator.buffersInUse()).isOne();
        buffer.release();
        assertThat(allocator.buffersInUse()).isZero();
    }

    @Test
    void tellsThatAShareIsUsedUp() {
        List<String> told = new ArrayList<>();
        LockedBufferAllocator small = new LockedBufferAllocator(MEBIBYTE);
        small.whenShort(() -> told.add("short"));
        List<ByteBuf> held = new ArrayList<>();
        while (small.hasRoomFor(BufferUse.PLAINTEXT_READ)) {
            held.add(small.directBuffer(65_536, BufferUse.PLAINTEXT_READ));
        }
        assertThat(told).hasSize(1);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> small.directBuffer(65_536, BufferUse.PLAINTEXT_READ));
        assertThat(told).hasSize(2);
        held.forEach(ByteBuf::release);
        assertThat(small.hasRoomFor(BufferUse.PLAINTEXT_READ)).isTrue();
        assertThat(told).hasSize(2);
        small.close();
    }

    @Test
    void handsOutNothingOnTheHeap() {
        List<Function<ByteBufAllocator, ByteBuf>> ways = List.of(
                ByteBufAllocator::buffer,
                ByteBufAllocator::heapBuffer,
                ByteBufAllocator::directBuffer,
                ByteBufAllocator::ioBuffer,
                a -> a.buffer(10),
                a -> a.heapBuffer(10, 20),
                a -> a.compositeBuffer().capacity(10),
                a -> a.compositeHeapBuffer().capacity(10));
        for (Function<ByteBufAllocator, ByteBuf> way : ways) {
            long before = allocator.buffersInUse();
            ByteBuf buffer = way.apply(allocator);
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.hasArray()).isFalse();
            assertThat(allocator.buffersInUse()).isGreaterThan(before);
            buffer.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512, 1023, 1024, 1025, 8192, 63_232, 65_536, 65_537, MEBIBYTE})
    void isAsLargeAsAskedFor(int capacity) {
        ByteBuf buffer = allocator.directBuffer(capacity, capacity);
        assertThat(buffer.capacity()).isEqualTo(capacity);
        assertThat(buffer.writableBytes()).isEqualTo(capacity);
        buffer.writeZero(capacity);
        assertThat(buffer.isWritable()).isFalse();
        buffer.release();
    }

    @Test
    void keepsItsContentAsItGrowsAndShrinks() {
        ByteBuf buffer = allocator.directBuffer(4);
        buffer.writeLong(1).writeLong(2);
        assertThat(buffer.capacity(70_000).capacity()).isEqualTo(70_000);
        assertThat(buffer.capacity(12).capacity()).isEqualTo(12);
        assertThat(buffer.readableBytes()).isEqualTo(12);
        assertThat(buffer.readLong()).isOne();
        assertThat(allocator.buffersInUse()).isOne();
        buffer.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 1024, 8192, 65_536, 100_000})
    void wipesWhatIsReleased(int capacity) {
        ByteBuf buffer = allocator.directBuffer(capacity);
        ByteBuffer memory = buffer.internalNioBuffer(0, capacity).slice();
        fill(memory);
        buffer.release();
        assertThat(bytes(memory)).containsOnly(0);
    }

    @Test
    void wipesAllThatWasUsedOfASlot() {
        ByteBuf buffer = allocator.directBuffer(100);
        ByteBuffer memory = buffer.capacity(1000).internalNioBuffer(0, 1000).slice();
        fill(memory);
        buffer.capacity(50).release();
        assertThat(bytes(memory)).containsOnly(0);
    }

    @Test
    void wipesWhatItMovesAwayFrom() {
        ByteBuf buffer = allocator.directBuffer(5000);
        ByteBuffer before = buffer.internalNioBuffer(0, 5000).slice();
        fill(before);
        buffer.writerIndex(5000).capacity(100);
        assertThat(bytes(before.slice(100, 4900))).containsOnly(0);
        buffer.capacity(9000);
        assertThat(bytes(before)).containsOnly(0);
        assertThat(buffer.getByte(99)).isEqualTo((byte) 0xa5);
        buffer.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1024})
    void lendsABufferAgainAsGoodAsNew(int capacity) {
        try (LockedBufferAllocator lending = new LockedBufferAllocator(MEBIBYTE, true)) {
            ByteBuf first = lending.directBuffer(1000, 1000).writeLong(1).writeLong(2);
            first.readLong();
            first.markReaderIndex().markWriterIndex();
            ByteBuf root = first.unwrap() == null ? first : first.unwrap();
            first.release();
            ByteBuf again = lending.directBuffer(capacity, 2000);
            assertThat(again.unwrap() == null ? again : again.unwrap()).isSameAs(root);
            assertThat(again.refCnt()).isOne();
            assertThat(again.capacity()).isEqualTo(capacity);
            assertThat(again.maxCapacity()).isEqualTo(2000);
            assertThat(again.readableBytes()).isZero();
            assertThat(again.resetReaderIndex().readerIndex()).isZero();
            assertThat(again.resetWriterIndex().writerIndex()).isZero();
            assertThat(again.getByte(0)).isZero();
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> again.getByte(capacity));
            assertThat(lending.buffersInUse()).isOne();
            again.release();
            assertThat(lending.buffersInUse()).isZero();
        }
    }

    @Test
    void doesNotLendABufferAgainThatOutgrewItsSlot() {
        try (LockedBufferAllocator lending = new LockedBufferAllocator(MEBIBYTE, true)) {
            ByteBuf grown = lending.directBuffer(8).writeLong(1);
            grown.capacity(5000);
            ByteBuf other = lending.directBuffer(8).writeLong(2);
            assertThat(grown.getLong(0)).isOne();
            assertThat(other.getLong(0)).isEqualTo(2);
            grown.release();
            ByteBuf third = lending.directBuffer(5000).writeLong(3);
            assertThat(other.getLong(0)).isEqualTo(2);
            other.release();
            third.release();
            assertThat(lending.buffersInUse()).isZero();
        }
    }

    @Test
    void failsOnUseAfterReleaseWithParanoidLeakDetection() {
        ByteBuf stale = allocator.directBuffer(8).writeLong(1);
        stale.release();
        ByteBuf next = allocator.directBuffer(8).writeLong(2);
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(() -> stale.getLong(0));
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(stale::release);
        assertThat(next.getLong(0)).isEqualTo(2);
        next.release();
    }

    @Test
    void staysWithinItsBound() {
        ByteBuf large = allocator.directBuffer(7 * MEBIBYTE);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> allocator.directBuffer(2 * MEBIBYTE))
                .withMessageContaining("8 MiB");
        assertThat(allocator.buffersInUse()).isOne();
        large.release();
        allocator.directBuffer(2 * MEBIBYTE).release();
    }

    /** Steps that make room continue while steps that take it wait: no use can be starved by all the others. */
    @Test
    void eachUseStaysWithinItsShare() {
        Map<BufferUse, Integer> runs = new EnumMap<>(BufferUse.class);
        List<ByteBuf> taken = new ArrayList<>();
        for (BufferUse use : BufferUse.values()) {
            takeRuns(use, taken);
            runs.put(use, taken.size());
        }
        assertThat(runs)
                .isEqualTo(Map.of(
                        BufferUse.PLAINTEXT_READ, 64,
                        BufferUse.SEALING, 96,
                        BufferUse.WIRE_READ, 112,
                        BufferUse.OTHER, 128));
        taken.remove(0).release();
        for (BufferUse use : List.of(BufferUse.PLAINTEXT_READ, BufferUse.SEALING, BufferUse.WIRE_READ)) {
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> allocator.directBuffer(1, use));
        }
        taken.add(allocator.directBuffer(1));
        taken.forEach(ByteBuf::release);
    }

    @Test
    void aFreeSlotIsOfNoUseBeyondTheShare() {
        List<ByteBuf> taken = new ArrayList<>();
        taken.add(allocator.directBuffer(8192));
        takeRuns(BufferUse.PLAINTEXT_READ, taken);
        allocator.directBuffer(8192, BufferUse.PLAINTEXT_READ).release(); // beside the first one
        taken.add(allocator.directBuffer(65_536, BufferUse.SEALING));
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> allocator.directBuffer(8192, BufferUse.PLAINTEXT_READ));
        taken.forEach(ByteBuf::release);
    }

    /** One thread after another uses up the bound: memory that the last one left idle serves the next one. */
    @Test
    void idleMemoryServesEveryThread() throws Exception {
        for (int round = 0; round < 6; round++) {
            int capacity = round % 2 == 0 ? 65_536 : 1024;
            FutureTask<Integer> thread = new FutureTask<>(() -> {
                List<ByteBuf> taken = new ArrayList<>();
                try {
                    while (true) {
                        taken.add(allocator.directBuffer(capacity));
                    }
                } catch (BufferLimitException e) {
                    assertThat(allocator.mappedBytes()).isEqualTo(8 * MEBIBYTE);
                    taken.forEach(ByteBuf::release);
                    return taken.size();
                }
            });
            new Thread(thread).start();
            assertThat(thread.get()).isEqualTo(8 * MEBIBYTE / capacity);
            assertThat(allocator.mappedBytes()).isPositive();
        }
    }

    @Test
    void staysWithinItsBoundUnderThreads() throws Exception {
        List<FutureTask<Long>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            threads.add(new FutureTask<>(() -> takeAndReturn(random)));
        }
        threads.forEach(thread -> new Thread(thread).start());
        for (FutureTask<Long> thread : threads) {
            assertThat(thread.get()).isBetween(1L, 8L * MEBIBYTE);
        }
        List<ByteBuf> all = new ArrayList<>();
        takeRuns(BufferUse.OTHER, all);
        assertThat(all).as("nothing is counted that isn't there").hasSize(128);
        all.forEach(ByteBuf::release);
    }

    /** Allocates and releases buffers of all sizes up to the bound for a while; returns the most memory mapped. */
    private long takeAndReturn(Random random) {
        Deque<ByteBuf> taken = new ArrayDeque<>();
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(100) == 0) {
                taken.forEach(ByteBuf::release);
                taken.clear();
            }
            try {
                taken.add(allocator.directBuffer(1 << random.nextInt(18)));
            } catch (BufferLimitException e) {
                taken.forEach(ByteBuf::release);
                taken.clear();
            }
            most = Math.max(most, allocator.mappedBytes());
        }
        taken.forEach(ByteBuf::release);
        return most;
    }

    /** As many buffers as the bound allows. */
    private void takeRuns(BufferUse use, List<ByteBuf> taken) {
        try {
            while (true) {
                taken.add(allocator.directBuffer(65_536, use));
            }
        } catch (BufferLimitException e) {
            assertThat(taken).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_537})
    void aUseHasNoBuffersOfSuchASize(int capacity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator.directBuffer(capacity, BufferUse.SEALING))
                .withMessageContaining(Integer.toString(capacity));
    }

    @Test
    void givesTheMemoryOfABurstBackWhenItIsOver() {
        allocator.directBuffer(65_536).release();
        long calm = allocator.mappedBytes();
        List<ByteBuf> burst = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            burst.add(allocator.directBuffer(65_536));
        }
        assertThat(allocator.mappedBytes()).isGreaterThanOrEqualTo(100 * 65_536);
        ByteBuf last = burst.remove(99);
        burst.forEach(ByteBuf::release);
        assertThat(allocator.mappedBytes()).isLessThanOrEqualTo(6 * calm);
        last.release();
        assertThat(allocator.mappedBytes()).isEqualTo(4 * calm);
    }

    @Test
    void givesItsMemoryBackWhenTheLastBufferOfAClosedOneIsReleased() {
        LockedBufferAllocator closed = new LockedBufferAllocator(MEBIBYTE);
        ByteBuf buffer = closed.directBuffer(10).writeByte(1);
        closed.close();
        for (int capacity : new int[] {10, 10_000, 100_000}) {
            assertThatIllegalStateException().isThrownBy(() -> closed.directBuffer(capacity));
        }
        assertThat(buffer.readByte()).isOne();
        buffer.release();
        closed.close();
    }

    private static void fill(ByteBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0xa5);
        }
    }

    private static byte[] bytes(ByteBuffer memory) {
        byte[] bytes = new byte[memory.capacity()];
        Arrays.fill(bytes, (byte) 1);
        memory.get(0, bytes);
        return bytes;
    }
}
