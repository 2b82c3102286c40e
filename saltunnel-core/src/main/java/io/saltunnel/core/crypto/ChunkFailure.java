package io.saltunnel.core.crypto;

/** Why a chunk was refused. Either is caused by the peer, or by someone between the peers. */
public enum ChunkFailure {
    /** The tag is not that of the ciphertext under this key and nonce: forged, damaged, repeated or out of order. */
    BAD_TAG,
    /** The tag is right, but the length field says more than a chunk can hold. */
    BAD_LENGTH
}
