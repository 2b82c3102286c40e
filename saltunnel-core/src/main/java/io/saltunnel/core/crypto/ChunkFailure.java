package io.saltunnel.core.crypto;

/** Why a chunk was refused. Each is caused by the peer, or by someone between the peers. */
public enum ChunkFailure {
    /** The tag is not that of the ciphertext under this key and nonce: forged, damaged, repeated or out of order. */
    BAD_TAG,
    /** The tag is right, but a bit of the head is set that has no meaning. Version 2. */
    RESERVED_BITS,
    /** The tag is right, but the length field says more than a chunk can hold. */
    BAD_LENGTH,
    /** The tag is right, but the chunk is both the last one and announces a new key. Version 2. */
    END_AND_REKEY,
    /** The chunk comes after the direction's last chunk; nothing else about it was checked. Version 2. */
    AFTER_END
}
