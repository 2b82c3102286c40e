"""ML-KEM-768 (FIPS 203) in plain Python, for tests only: slow, and not in constant time."""
import hashlib

N, Q, K = 256, 3329, 3


def _bit_reversed(value):
    return int(f"{value:07b}"[::-1], 2)


ZETAS = [pow(17, _bit_reversed(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * _bit_reversed(i) + 1, Q) for i in range(128)]


def _ntt(f):
    f, i, length = f[:], 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta, i = ZETAS[i], i + 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j + length], f[j] = (f[j] - t) % Q, (f[j] + t) % Q
        length //= 2
    return f


def _inverse_ntt(f):
    f, i, length = f[:], 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta, i = ZETAS[i], i - 1
            for j in range(start, start + length):
                t = f[j]
                f[j] = (t + f[j + length]) % Q
                f[j + length] = zeta * (f[j + length] - t) % Q
        length *= 2
    return [value * 3303 % Q for value in f]


def _multiply(f, g):
    h = []
    for i in range(128):
        a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
        h += [(a0 * b0 + a1 * b1 * GAMMAS[i]) % Q, (a0 * b1 + a1 * b0) % Q]
    return h


def _add(f, g):
    return [(a + b) % Q for a, b in zip(f, g)]


def _dot(row, vector):
    total = [0] * N
    for f, g in zip(row, vector):
        total = _add(total, _multiply(f, g))
    return total


def _bits(data):
    return [byte >> i & 1 for byte in data for i in range(8)]


def _encode(f, d):
    value = sum(c << d * i for i, c in enumerate(f))
    return value.to_bytes(32 * d, "little")


def _decode(data, d):
    value = int.from_bytes(data, "little")
    return [value >> d * i & (1 << d) - 1 for i in range(N)]


def _compress(f, d):
    return [((c << d) + Q // 2) // Q % (1 << d) for c in f]


def _decompress(f, d):
    return [(c * Q + (1 << d - 1)) >> d for c in f]


def _sample_uniform(seed):
    stream, f, at = hashlib.shake_128(seed).digest(1344), [], 0
    while len(f) < N:
        a, b, c = stream[at : at + 3]
        at += 3
        for candidate in (a | (b & 15) << 8, b >> 4 | c << 4):
            if candidate < Q and len(f) < N:
                f.append(candidate)
    return f


def _sample_binomial(seed, number):
    bits = _bits(hashlib.shake_256(seed + bytes([number])).digest(128))
    return [(bits[4 * i] + bits[4 * i + 1] - bits[4 * i + 2] - bits[4 * i + 3]) % Q for i in range(N)]


def _matrix(rho):
    return [[_sample_uniform(rho + bytes([j, i])) for j in range(K)] for i in range(K)]


def _sha3_512(data):
    digest = hashlib.sha3_512(data).digest()
    return digest[:32], digest[32:]


def is_reduced(ek):
    return all(c < Q for i in range(K) for c in _decode(ek[384 * i : 384 * i + 384], 12))


def key_pair(d, z):
    """The encapsulation key and the decapsulation key."""
    rho, sigma = _sha3_512(d + bytes([K]))
    s = [_ntt(_sample_binomial(sigma, i)) for i in range(K)]
    e = [_ntt(_sample_binomial(sigma, K + i)) for i in range(K)]
    t = [_add(_dot(row, s), noise) for row, noise in zip(_matrix(rho), e)]
    ek = b"".join(_encode(f, 12) for f in t) + rho
    dk = b"".join(_encode(f, 12) for f in s)
    return ek, dk + ek + hashlib.sha3_256(ek).digest() + z


def _encrypt(ek, m, r):
    t = [_decode(ek[384 * i : 384 * i + 384], 12) for i in range(K)]
    a = _matrix(ek[1152:])
    y = [_ntt(_sample_binomial(r, i)) for i in range(K)]
    e1 = [_sample_binomial(r, K + i) for i in range(K)]
    u = [_add(_inverse_ntt(_dot([a[j][i] for j in range(K)], y)), e1[i]) for i in range(K)]
    message = _decompress(_bits(m), 1)
    v = _add(_add(_inverse_ntt(_dot(t, y)), _sample_binomial(r, 2 * K)), message)
    return b"".join(_encode(_compress(f, 10), 10) for f in u) + _encode(_compress(v, 4), 4)


def encapsulate(ek, m):
    """The shared secret and the ciphertext."""
    shared, r = _sha3_512(m + hashlib.sha3_256(ek).digest())
    return shared, _encrypt(ek, m, r)


def decrypt(dk, ciphertext):
    """The message, from which shared secret and noise follow."""
    s = [_decode(dk[384 * i : 384 * i + 384], 12) for i in range(K)]
    u = [_ntt(_decompress(_decode(ciphertext[320 * i : 320 * i + 320], 10), 10)) for i in range(K)]
    v = _decompress(_decode(ciphertext[960:], 4), 4)
    w = [(a - b) % Q for a, b in zip(v, _inverse_ntt(_dot(s, u)))]
    return _encode(_compress(w, 1), 1)


def decapsulate(dk, ciphertext):
    ek, h, z = dk[1152:2336], dk[2336:2368], dk[2368:]
    m = decrypt(dk, ciphertext)
    shared, r = _sha3_512(m + h)
    if _encrypt(ek, m, r) != ciphertext:
        return hashlib.shake_256(z + ciphertext).digest(32)
    return shared
