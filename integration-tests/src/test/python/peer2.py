#!/usr/bin/env python3
"""A peer of protocol version 2, written from its description in plain Python, to test against. Not for use: it is slow
and not in constant time.

    peer2.py vectors FILE                       checks itself with protocol2.json
    peer2.py client KEYFILE HOST PORT [NAME]    sends standard input, then END; writes what comes to standard output
    peer2.py server KEYFILE PORT [NAME]         takes one connection, and sends back what comes, then END

KEYFILE holds 32 bytes. Exits with 1 if the stream ends without END, or if anything is refused. PORT 0 takes a free port;
the server prints its port first. At the end, standard error says how many chunks and changes of keys there were.
"""
import hashlib
import json
import os
import select
import socket
import sys
import time

import mlkem768

VERSION = bytes.fromhex("781b43aa8a43beca")
FRAME, MAX_DATA, CHUNK_TEXT = 512, 494, 496
SERVER_HI, MESSAGE0 = 4 * FRAME, 3 * FRAME
REKEY, END = 0x4000, 0x8000
REKEY_EVERY = 300  # chunks; the protocol asks for 65,536 at most


class Refused(Exception):
    pass


def check(condition, why):
    if not condition:
        raise Refused(why)


# ---- Salsa20, Poly1305, X25519


LANE_BYTES = 8  # a state is 16 large integers, with a block in each lane: the upper half of a lane takes what overflows


def _lanes(values):
    return int.from_bytes(b"".join(v.to_bytes(LANE_BYTES, "little") for v in values), "little")


def _rounds(x, lower):
    x = list(x)

    def quarter(a, b, c, d):
        for target, p, q, shift in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
            t = x[p] + x[q] & lower
            x[target] ^= (t << shift | t >> 32 - shift) & lower

    for _ in range(10):
        for i in range(4):
            quarter(*[(5 * i + 4 * j) % 16 for j in range(4)])
        for i in range(4):
            quarter(*[4 * i + (i + j) % 4 for j in range(4)])
    return x


def _words(data):
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def _state(key, middle):
    c, k = _words(b"expand 32-byte k"), _words(key)
    return [c[0], *k[:4], c[1], *middle, c[2], *k[4:], c[3]]


def salsa20_streams(key, nonces, blocks):
    """The key streams for 8-byte nonces, which are computed together."""
    count = len(nonces) * blocks
    one, lower = _lanes([1] * count), _lanes([0xFFFFFFFF] * count)
    low, high = (_lanes(_words(n)[i] for n in nonces for _ in range(blocks)) for i in (0, 1))
    number = _lanes(list(range(blocks)) * len(nonces))
    state = [w * one for w in _state(key, [0, 0, 0, 0])]
    state[6:10] = low, high, number, 0
    out = bytearray(64 * count)
    for i, (start, end) in enumerate(zip(state, _rounds(state, lower))):
        lanes = (start + end & lower).to_bytes(LANE_BYTES * count, "little")
        for byte in range(4):
            out[4 * i + byte :: 64] = lanes[byte::LANE_BYTES]
    return [bytes(out[at : at + 64 * blocks]) for at in range(0, len(out), 64 * blocks)]


def salsa20(key, nonce8, length):
    return salsa20_streams(key, [nonce8], (length + 63) // 64)[0][:length]


def hsalsa20(key, nonce16):
    x = _rounds(_state(key, _words(nonce16)), 0xFFFFFFFF)
    return b"".join(x[i].to_bytes(4, "little") for i in (0, 5, 10, 15, 6, 7, 8, 9))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def _xor(a, b):
    return (int.from_bytes(a, "little") ^ int.from_bytes(b, "little")).to_bytes(len(a), "little")


def seal_with(stream, message):
    sealed = _xor(message, stream[32 : 32 + len(message)])
    return poly1305(stream[:32], sealed) + sealed


def open_with(stream, box):
    check(poly1305(stream[:32], box[16:]) == box[:16], "tag")
    return _xor(box[16:], stream[32 : 16 + len(box)])


def box8(key, nonce8, message):
    return seal_with(salsa20(key, nonce8, 32 + len(message)), message)


def open8(key, nonce8, box):
    return open_with(salsa20(key, nonce8, 16 + len(box)), box)


def box24(key, nonce24, message):
    return nonce24 + box8(hsalsa20(key, nonce24[:16]), nonce24[16:], message)


def open24(key, message):
    return open8(hsalsa20(key, message[:16]), message[16:24], message[24:])


def x25519(secret, public=(9).to_bytes(32, "little")):
    p = 2**255 - 19
    k = int.from_bytes(secret, "little") & ~7 & (1 << 255) - 1 | 1 << 254
    x1 = int.from_bytes(public, "little") & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb = d * a % p, c * b % p
        x3, z3 = (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
        aa, bb = a * a % p, b * b % p
        x2, z2 = aa * bb % p, (aa - bb) * (aa + 121665 * (aa - bb)) % p
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


def shared(secret, public):
    dh = x25519(secret, public)
    check(any(dh), "low order public key")
    return dh


# ---- keys and messages


def derive(label, *parts, size=32):
    return hashlib.shake_256(label.encode().ljust(32, b"\0") + b"".join(parts)).digest(size)


def sha3(*parts):
    return hashlib.sha3_256(b"".join(parts)).digest()


def name_tag(name):
    return derive("saltunnel 2 name", name.encode()) if name else bytes(32)


def client_hi(key, name, secret, now, machine, nonce):
    text = VERSION + x25519(secret) + now.to_bytes(8, "big") + machine + name_tag(name)
    return box24(key, nonce, text.ljust(472, b"\0"))


def open_client_hi(key, name, message, now):
    """The client's public key."""
    text = open24(key, message)
    check(text[:8] == VERSION, "version")
    check(not any(text[104:]), "zeros")
    check(abs(int.from_bytes(text[40:48], "big") - now) <= 3600, "time")
    check(text[72:104] == name_tag(name), "name")
    return text[8:40]


def server_hi(key, hello, secret, encapsulation_key, nonce):
    text = VERSION + x25519(secret) + encapsulation_key
    return box24(derive("saltunnel 2 serverhi", key, hello), nonce, text.ljust(2008, b"\0"))


def open_server_hi(key, hello, message):
    """The server's public key and its encapsulation key."""
    text = open24(derive("saltunnel 2 serverhi", key, hello), message)
    check(text[:8] == VERSION, "version")
    check(not any(text[1224:]), "zeros")
    check(mlkem768.is_reduced(text[40:1224]), "encapsulation key")
    return text[8:40], text[40:1224]


def message0_key(key, dh, hello, answer):
    return derive("saltunnel 2 message0", key, dh, sha3(hello, answer))


def session_keys(key, dh, ss, hello, answer, message0):
    """The client's key and the server's."""
    s = derive("saltunnel 2 session", key, dh, ss, sha3(hello, answer, message0), size=64)
    return s[:32], s[32:]


# ---- chunks


class Direction:
    """The key of a direction, and the number of its next chunk."""

    AHEAD = 128  # key streams computed together

    def __init__(self, key):
        self.key, self.number, self.changes, self.padding, self.streams = key, 0, 0, 0, {}

    def stream(self):
        if self.number not in self.streams:
            numbers = range(self.number, self.number + self.AHEAD)
            streams = salsa20_streams(self.key, [n.to_bytes(8, "little") for n in numbers], 9)
            self.streams = dict(zip(numbers, streams))
        return self.streams[self.number]

    def count(self, head):
        self.number += 1
        self.padding += head & ~REKEY == 0
        if head & REKEY:
            self.key, self.streams = derive("saltunnel 2 rekey", self.key), {}
            self.changes += 1

    def __str__(self):
        return f"{self.number} chunks, {self.changes} changes of the key, {self.padding} of padding"


class Sealer(Direction):
    def seal(self, data=b"", mark=0):
        head = len(data) | mark
        chunk = seal_with(self.stream(), (head.to_bytes(2, "little") + data).ljust(CHUNK_TEXT, b"\0"))
        self.count(head)
        return chunk


class Opener(Direction):
    ended = False

    def open(self, chunk):
        check(not self.ended, "after END")
        text = open_with(self.stream(), chunk)
        head = int.from_bytes(text[:2], "little")
        check(head & 0x3E00 == 0, "head")
        check(head & 0x1FF <= MAX_DATA, "length")
        check(head >> 14 != 3, "END and REKEY")
        check(not any(text[2 + (head & 0x1FF) :]), "padding")  # a receiver may ignore it, but a sender writes zeros
        self.ended = head & END != 0
        self.count(head)
        return text[2 : 2 + (head & 0x1FF)]


# ---- roles


def read(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        check(more, "the connection ended" + (" inside a frame" if data else ""))
        data += more
    return data


def send(connection, sealer, data):
    """Sends data, with padding and changes of keys in between."""
    for at in range(0, len(data), MAX_DATA):
        due = sealer.number % REKEY_EVERY == REKEY_EVERY - 1
        connection.sendall(sealer.seal(data[at : at + MAX_DATA], REKEY if due else 0))
        if due:
            connection.sendall(sealer.seal())


def report(sealer, opener):
    print(f"sent {sealer}; received {opener}", file=sys.stderr, flush=True)


def end(connection, sealer):
    connection.sendall(sealer.seal(mark=END))
    connection.shutdown(socket.SHUT_WR)


def client(key, host, port, name):
    secret = os.urandom(32)
    with socket.create_connection((host, port)) as connection:
        hello = client_hi(key, name, secret, int(time.time()), os.urandom(24), os.urandom(24))
        connection.sendall(hello)
        answer = read(connection, SERVER_HI)
        public, encapsulation_key = open_server_hi(key, hello, answer)
        message = os.urandom(32)
        ss, ciphertext = mlkem768.encapsulate(encapsulation_key, message)
        dh = shared(secret, public)
        message0 = box8(message0_key(key, dh, hello, answer), bytes(8), ciphertext.ljust(1520, b"\0"))
        connection.sendall(message0)
        client_key, server_key = session_keys(key, dh, ss, hello, answer, message0)
        sealer, opener = Sealer(client_key), Opener(server_key)
        sources = [connection, sys.stdin.fileno()]
        while not opener.ended or len(sources) > 1:
            ready = select.select(sources, [], [])[0]
            if connection in ready:  # before more is sent, which might wait for room otherwise
                sys.stdout.buffer.write(opener.open(read(connection, FRAME)))
                if opener.ended:
                    sources.remove(connection)
            elif data := os.read(sys.stdin.fileno(), 1 << 16):
                send(connection, sealer, data)
            else:
                sources.remove(sys.stdin.fileno())
                end(connection, sealer)
        sys.stdout.buffer.flush()
        report(sealer, opener)


def server(key, port, name):
    """Sends back what comes."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        print(listener.getsockname()[1], flush=True)
        connection, _ = listener.accept()
    with connection:
        hello = read(connection, FRAME)
        public = open_client_hi(key, name, hello, int(time.time()))
        secret = os.urandom(32)
        dh = shared(secret, public)
        encapsulation_key, decapsulation_key = mlkem768.key_pair(os.urandom(32), os.urandom(32))
        answer = server_hi(key, hello, secret, encapsulation_key, os.urandom(24))
        connection.sendall(answer)
        message0 = read(connection, MESSAGE0)
        text = open8(message0_key(key, dh, hello, answer), bytes(8), message0)
        check(not any(text[1088:]), "zeros")
        ss = mlkem768.decapsulate(decapsulation_key, text[:1088])
        client_key, server_key = session_keys(key, dh, ss, hello, answer, message0)
        sealer, opener = Sealer(server_key), Opener(client_key)
        while not opener.ended:
            send(connection, sealer, opener.open(read(connection, FRAME)))
        end(connection, sealer)
        while connection.recv(FRAME):
            pass
        report(sealer, opener)


# ---- vectors


def vectors(file):
    with open(file, encoding="utf-8") as source:
        content = json.load(source)
    for session in content["sessions"]:
        v = {k: bytes.fromhex(x) if isinstance(x, str) and k != "name" else x for k, x in session.items()}
        key, name = v["longTermKey"], v["name"]
        machine = v["machineId"] + v["machineCounter"].to_bytes(8, "little")
        hello = client_hi(key, name, v["clientSecret"], v["unixSeconds"], machine, v["clientNonce"])
        assert hello == v["clienthi"]
        assert open_client_hi(key, name, hello, v["unixSeconds"]) == v["clientPublic"]
        ek, dk = mlkem768.key_pair(v["mlkemSeedD"], v["mlkemSeedZ"])
        assert (ek, dk) == (v["encapsulationKey"], v["decapsulationKey"])
        answer = server_hi(key, hello, v["serverSecret"], ek, v["serverNonce"])
        assert answer == v["serverhi"]
        assert open_server_hi(key, hello, answer) == (v["serverPublic"], ek)
        ss, ciphertext = mlkem768.encapsulate(ek, v["mlkemMessage"])
        assert (ss, ciphertext) == (v["mlkemShared"], v["ciphertext"])
        assert mlkem768.decapsulate(dk, ciphertext) == ss
        dh = shared(v["clientSecret"], v["serverPublic"])
        assert dh == shared(v["serverSecret"], v["clientPublic"]) == v["dh"]
        message0 = box8(message0_key(key, dh, hello, answer), bytes(8), ciphertext.ljust(1520, b"\0"))
        assert message0 == v["message0"]
        keys = session_keys(key, dh, ss, hello, answer, message0)
        assert keys == (v["clientKey"], v["serverKey"])
        for direction, start in zip(("clientToServer", "serverToClient"), keys):
            sealer, opener = Sealer(start), Opener(start)
            for chunk in v[direction]:
                data, mark = bytes.fromhex(chunk["data"]), chunk["rekey"] * REKEY | chunk["end"] * END
                sealed = sealer.seal(data, mark)
                assert sealed.hex() == chunk["chunk"]
                assert opener.open(sealed) == data
            assert opener.ended
    print(len(content["sessions"]), "connections agree")


def main(arguments):
    def key():
        with open(arguments[1], "rb") as source:
            return source.read(32)

    name = arguments[-1]
    match arguments:
        case ["vectors", file]:
            vectors(file)
        case ["client", _, host, port, *_] if len(arguments) in (4, 5):
            client(key(), host, int(port), name if len(arguments) == 5 else "")
        case ["server", _, port, *_] if len(arguments) in (3, 4):
            server(key(), int(port), name if len(arguments) == 4 else "")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as e:
        sys.exit(f"refused: {e}")
