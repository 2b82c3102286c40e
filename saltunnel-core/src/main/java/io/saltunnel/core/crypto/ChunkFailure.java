package io.saltunnel.core.crypto;

/** Why a chunk was refused. Both are the peer's doing, or that of someone between the peers. */
public enum ChunkFailure {
    /** The tag is not that of the ciphertext under this key and nonce: forged, damaged, repeated or out of order. */
    BAD_TAG,
    /** The tag is right, but the length field says more than a chunk can hold. */
    BAD_LENGTH
}
