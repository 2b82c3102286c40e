package io.saltunnel.benchmarks.crypto;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The functions of libsodium that the benchmarks measure, called with addresses through JNA's direct mapping, so that
 * no array is copied. A call costs about 0.1 µs more than from C, which slows libsodium's short runs slightly.
 *
 * <p>Needs libsodium on the machine; {@code -Dsodium=…} names the file if {@code sodium} isn't found.
 */
final class Sodium {

    static {
        NativeLibrary library = NativeLibrary.getInstance(System.getProperty("sodium", "sodium"));
        library.getFunction("sodium_init").invokeInt(new Object[0]);
        Native.register(library);
    }

    private Sodium() {}

    static native int crypto_stream_salsa20_xor_ic(
            long target, long source, long length, long nonce, long firstBlock, long key);

    static native int crypto_onetimeauth_poly1305(long tag, long message, long length, long key);

    static native int crypto_onetimeauth_poly1305_verify(long tag, long message, long length, long key);

    static native int crypto_scalarmult_curve25519(long product, long secret, long point);

    static native int crypto_scalarmult_curve25519_base(long product, long secret);

    /** The address of a direct buffer; valid only while the buffer is reachable. */
    static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }
}
