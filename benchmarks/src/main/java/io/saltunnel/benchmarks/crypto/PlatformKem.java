package io.saltunnel.benchmarks.crypto;

import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * The platform's own ML-KEM-768, which JDK 24 and later have. This class is compiled for 17, which lacks the API, so it
 * uses reflection. That costs far less than a microsecond.
 */
final class PlatformKem {

    private final KeyPairGenerator keys;
    private final Object encapsulator;
    private final Method encapsulate;
    private final Object decapsulator;
    private final Method decapsulate;
    private final byte[] ciphertext;

    private PlatformKem() throws GeneralSecurityException, ReflectiveOperationException {
        keys = KeyPairGenerator.getInstance("ML-KEM-768");
        KeyPair pair = keys.generateKeyPair();
        Class<?> type = Class.forName("javax.crypto.KEM");
        Object kem = type.getMethod("getInstance", String.class).invoke(null, "ML-KEM");
        encapsulator = type.getMethod("newEncapsulator", PublicKey.class).invoke(kem, pair.getPublic());
        encapsulate = encapsulator.getClass().getMethod("encapsulate");
        decapsulator = type.getMethod("newDecapsulator", PrivateKey.class).invoke(kem, pair.getPrivate());
        decapsulate = decapsulator.getClass().getMethod("decapsulate", byte[].class);
        Object encapsulated = encapsulate.invoke(encapsulator);
        ciphertext = (byte[]) encapsulated.getClass().getMethod("encapsulation").invoke(encapsulated);
    }

    /**
     * Looks for the platform's.
     *
     * @throws IllegalStateException if it has none: JDK 17 to 23
     */
    static PlatformKem create() {
        try {
            return new PlatformKem();
        } catch (GeneralSecurityException | ReflectiveOperationException e) {
            throw new IllegalStateException("this platform has no ML-KEM: run this benchmark on JDK 24 or later", e);
        }
    }

    Object keyPair() {
        return keys.generateKeyPair();
    }

    Object encapsulate() throws ReflectiveOperationException {
        return encapsulate.invoke(encapsulator);
    }

    Object decapsulate() throws ReflectiveOperationException {
        return decapsulate.invoke(decapsulator, (Object) ciphertext);
    }
}
