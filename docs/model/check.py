#!/usr/bin/env python3
"""Checks the handshakes of both protocol versions with a theorem prover. README.md in this directory explains it.

usage: python3 check.py [CLAIM ...]      needs SPASS (Debian: apt-get install spass)
"""

import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS_PER_CLAIM = 120

# ---- terms. Capital letters are variables of a rule; small letters are constants and functions.

FUNCTIONS = {  # what an attacker may compute: name -> number of arguments
    "pk": 1,  # X25519 public key of a secret
    "kempk": 1,  # ML-KEM encapsulation key of a seed
    "ks": 2,  # D("saltunnel 2 serverhi", K, clienthi)
    "kc": 3,  # D("saltunnel 2 message0", K, dh, transcript)
    "h": 2,  # hash of clienthi and serverhi
    "h3": 3,  # hash of all three messages
    "s": 4,  # session keys of version 2: K, dh, ss, transcript
    "s1": 1,  # session keys of version 1: dh
    "cs": 1,  # the client's half of session keys
    "sv": 1,  # the server's half
    "rk": 1,  # D("saltunnel 2 rekey", old key)
    "proof": 1,  # version 1's proof in serverhi
}
TUPLES = {"hello": 3, "serverhi": 3}  # an attacker may also take these apart
OTHERS = {"box": 2, "dh": 2, "ct": 2, "ss": 2, "rej": 2}  # have rules of their own below
SECRETS = {"xc": 2, "xc1": 2, "xs": 3, "xs1": 2, "z": 3, "r": 4, "dc": 2, "dc2": 2, "ds": 3, "d1c": 2, "d1s": 2, "other": 1}
CONSTANTS = ["k", "v1", "v2", "a", "b", "none", "meta", "zeros", "own", "test", "testxs", "testz"]
PUBLIC = ["v1", "v2", "a", "b", "none", "meta", "zeros", "own"]  # the attacker knows all names

_numbers = itertools.count()


def rule(conclusion, *conditions):
    literals = [f"~{c}" for c in conditions] + [conclusion]
    return f"cnf(r{next(_numbers)},axiom,({' | '.join(literals)}))."


def variables(count):
    return [f"X{i}" for i in range(count)]


def attacker(knows):
    """What can be computed from what is known, in the phase that is named."""
    rules = []

    def derive(result, *known):
        rules.append(rule(f"{knows}({result})", *[f"{knows}({t})" for t in known]))

    for name, count in FUNCTIONS.items():
        derive(f"{name}({','.join(variables(count))})", *variables(count))
    for name, count in TUPLES.items():
        whole = f"{name}({','.join(variables(count))})"
        derive(whole, *variables(count))
        for part in variables(count):
            derive(part, whole)
    derive("box(K,M)", "K", "M")
    derive("M", "box(K,M)", "K")
    derive("dh(X,Y)", "X", "pk(Y)")
    derive("ct(Z,R)", "R", "kempk(Z)")
    derive("ss(Z,R)", "R", "kempk(Z)")
    derive("ss(Z,R)", "Z", "ct(Z,R)")
    derive("rej(Z,C)", "Z", "C")  # implicit rejection: the secret that an altered ciphertext leads to
    return rules


def x25519_is_broken(knows):
    return [rule(f"{knows}(X)", f"{knows}(pk(X))")]


def ml_kem_is_broken(knows):
    return [rule(f"{knows}(Z)", f"{knows}(kempk(Z))")]


def later(*learnt):
    """A second phase: no connection takes place any more, and the attacker learns more."""
    return [rule("later(X)", "att(X)")] + [rule(f"later({t})") for t in learnt] + attacker("later")


# ---- messages of version 2. I: the client's session. X: its X25519 secret. Y: the server's. Z: its ML-KEM seed.


def clienthi(x, name):
    return f"box(k,hello(v2,pk({x}),{name}))"


def serverhi(hi, y, z):
    return f"box(ks(k,{hi}),serverhi(v2,pk({y}),kempk({z})))"


def message0(hi, answer, x, y, ciphertext):
    return f"box(kc(k,dh({x},{y}),h({hi},{answer})),{ciphertext})"


def session(hi, answer, message, x, y, shared):
    return f"s(k,dh({x},{y}),{shared},h3({hi},{answer},{message}))"


def client(name, i="I", unless=None):
    """A client of version 2. It answers one serverhi; the model lets it answer each, which is more than it does."""
    x = f"xc({i},{name})"
    hi = clienthi(x, name)
    answer = serverhi(hi, "Y", "Z")
    random = f"r({i},{name},Y,Z)"
    message = message0(hi, answer, x, "Y", f"ct(Z,{random})")
    keys = session(hi, answer, message, x, "Y", f"ss(Z,{random})")
    accepts = [f"att({answer})"] + ([unless] if unless else [])
    return [
        rule(f"att({hi})"),
        rule(f"att({message})", *accepts),
        rule(f"att(box(cs({keys}),dc({i},{name})))", *accepts),
        rule(f"att(box(rk(cs({keys})),dc2({i},{name})))", *accepts),  # a chunk after a change of keys
    ]


def server(name, unless=None):
    """Servers of version 2: each session takes one clienthi, so that its secrets belong to J and X."""
    hi = clienthi("X", name)
    y, z = f"xs(J,X,{name})", f"z(J,X,{name})"
    return server_session(hi, "X", y, z, f"ds(J,X,{name})", unless)


def server_session(hi, x, y, z, data, unless=None, silent=False):
    answer = serverhi(hi, y, z)
    rules = [rule(f"att({answer})", f"att({hi})", *([unless] if unless else []))]
    for ciphertext, shared in ((f"ct({z},R)", f"ss({z},R)"), ("C", f"rej({z},C)")):
        message = message0(hi, answer, x, y, ciphertext)
        keys = session(hi, answer, message, x, y, shared)
        if not silent:
            rules.append(rule(f"att(box(sv({keys}),{data}))", f"att({message})"))
    return rules


# ---- version 1: the same key K, no names, X25519 alone.


def client1(tunnel):
    x = f"xc1(I,{tunnel})"
    answer = f"box(k,hello(v1,pk(Y),proof(s1(dh({x},Y)))))"
    keys = f"s1(dh({x},Y))"
    return [
        rule(f"att(box(k,hello(v1,pk({x}),meta)))"),
        rule(f"att(box(cs({keys}),zeros))", f"att({answer})"),
        rule(f"att(box(cs({keys}),d1c(I,{tunnel})))", f"att({answer})"),
    ]


def server1():
    hi = "box(k,hello(v1,pk(X),meta))"  # a proof read as a time is off by more than an hour
    keys = "s1(dh(X,xs1(J,X)))"
    return [
        rule(f"att(box(k,hello(v1,pk(xs1(J,X)),proof({keys}))))", f"att({hi})"),
        rule(f"att(box(sv({keys}),d1s(J,X)))", f"att({hi})", f"att(box(cs({keys}),zeros))"),
    ]


# ---- "any term but this one", as rules: a pattern is a constant or a function applied to patterns or variables.


def is_not(predicate, *pattern):
    """Rules for predicate(T): T differs from pattern, which is (head, argument patterns...); None stands for any."""
    rules = []
    everything = {**FUNCTIONS, **TUPLES, **OTHERS, **SECRETS, **{c: 0 for c in CONSTANTS}}
    for head, count in everything.items():
        term = f"{head}({','.join(variables(count))})" if count else head
        if head != pattern[0]:
            rules.append(rule(f"{predicate}({term})"))
    for index, part in enumerate(pattern[1:]):
        if part is not None:
            inner = f"{predicate}{index}"
            rules += is_not(inner, *part)
            whole = f"{pattern[0]}({','.join(variables(len(pattern) - 1))})"
            rules.append(rule(f"{predicate}({whole})", f"{inner}(X{index})"))
    return rules


# ---- the worlds of the claims

NAMES = ("a", "b", "none")
SETUP = [rule(f"att({c})") for c in PUBLIC] + attacker("att") + ["cnf(dh,axiom,(dh(X,Y)=dh(Y,X)))."]
VERSION1 = client1("a") + client1("b") + server1()


def clients(*names):
    return [r for name in names for r in client(name)]


def servers(*names):
    return [r for name in names for r in server(name)]


EVERYBODY = SETUP + VERSION1 + clients(*NAMES) + servers(*NAMES)

# One session of a client of tunnel a that is looked at, beside all others, and one of a server that got its hello.
TEST_X = "xc(test,a)"
TEST_HI = clienthi(TEST_X, "a")
TEST_ANSWER = serverhi(TEST_HI, "testxs", "testz")
TEST_RANDOM = "r(test,a,testxs,testz)"
TEST_MESSAGE = message0(TEST_HI, TEST_ANSWER, TEST_X, "testxs", f"ct(testz,{TEST_RANDOM})")
TEST_KEYS = session(TEST_HI, TEST_ANSWER, TEST_MESSAGE, TEST_X, "testxs", f"ss(testz,{TEST_RANDOM})")
ALL_OTHERS = SETUP + VERSION1 + [r for n in NAMES for r in client(n, "other(I)")] + servers(*NAMES)
TEST_SERVER = server_session(TEST_HI, TEST_X, "testxs", "testz", "ds(test,test,a)")
TEST_SERVER_SAYS_NOTHING = server_session(TEST_HI, TEST_X, "testxs", "testz", "ds(test,test,a)", silent=True)
NOT_THE_TEST_SERVERS = (
    is_not("noty", "testxs") + is_not("notz", "testz") + [rule("elsewhere(Y,Z)", "noty(Y)"), rule("elsewhere(Y,Z)", "notz(Z)")]
)
HOLDS, ATTACK = "holds", "attack"

# name: (what it says, expected result, the world, what the attacker is after)
CLAIMS = {
    # Secrecy. The attacker reads, drops, alters, replays and sends what it likes; any number of sessions.
    "secret-client": (
        "2: without K, what a client sends stays secret, even if X25519 and ML-KEM are broken",
        HOLDS, EVERYBODY + x25519_is_broken("att") + ml_kem_is_broken("att"), "att(dc(I,N))"),
    "secret-server": (
        "2: the same for what a server sends",
        HOLDS, EVERYBODY + x25519_is_broken("att") + ml_kem_is_broken("att"), "att(ds(J,X,N))"),
    "secret-client-1": (
        "1: the same, client",
        HOLDS, EVERYBODY + x25519_is_broken("att"), "att(d1c(I,T))"),
    "key-later": (
        "2: K learnt later opens no recorded stream",
        HOLDS, EVERYBODY + later("k"), "later(dc(I,N))"),
    "key-later-server": (
        "2: the same for what a server sent",
        HOLDS, EVERYBODY + later("k"), "later(ds(J,X,N))"),
    "key-later-1": (
        "1: K learnt later opens no recorded stream",
        HOLDS, EVERYBODY + later("k"), "later(d1c(I,T))"),
    "key-and-x25519-later": (
        "2: K learnt later and X25519 broken later: still secret, by ML-KEM",
        HOLDS, EVERYBODY + later("k") + x25519_is_broken("later"), "later(dc(I,N))"),
    "key-and-x25519-later-server": (
        "2: the same for what a server sent",
        HOLDS, EVERYBODY + later("k") + x25519_is_broken("later"), "later(ds(J,X,N))"),
    "key-and-ml-kem-later": (
        "2: K learnt later and ML-KEM broken later: still secret, by X25519",
        HOLDS, EVERYBODY + later("k") + ml_kem_is_broken("later"), "later(dc(I,N))"),
    "key-and-both-later": (
        "2: with K, X25519 and ML-KEM broken, nothing is left (the model can find it)",
        ATTACK, EVERYBODY + later("k") + x25519_is_broken("later") + ml_kem_is_broken("later"), "later(dc(I,N))"),
    "key-and-x25519-later-1": (
        "1: with K and X25519 broken, nothing is left",
        ATTACK, EVERYBODY + later("k") + x25519_is_broken("later"), "later(d1c(I,T))"),
    "rekey-before": (
        "2: the keys of today, and K, open nothing sent before the last change of keys",
        HOLDS, EVERYBODY + later("k", "rk(cs(s(W,X,Y,Z)))"), "later(dc(I,N))"),
    "rekey-after": (
        "2: they open what is sent after it",
        ATTACK, EVERYBODY + later("k", "rk(cs(s(W,X,Y,Z)))"), "later(dc2(I,N))"),
    # Names.
    "name": (
        "2: a server of tunnel a admits no hello if no client of tunnel a exists",
        HOLDS, SETUP + VERSION1 + clients("b", "none") + servers(*NAMES), "att(box(k,hello(v2,pk(X),a)))"),
    "no-name": (
        "2: a server without a name admits no hello of a client with one",
        HOLDS, SETUP + VERSION1 + clients("a", "b") + servers(*NAMES), "att(box(k,hello(v2,pk(X),none)))"),
    "no-name-1": (
        "1: a client of tunnel a speaks to the server of tunnel b",
        ATTACK, SETUP + client1("a") + server1(), "att(box(sv(s1(dh(xc1(I,a),Y))),D))"),
    # Agreement.
    "server-agrees": (
        "2: a server accepts message0 for a hello only if the client of that hello answered this very serverhi",
        HOLDS,
        ALL_OTHERS + TEST_SERVER + client("a", "test", "elsewhere(Y,Z)") + NOT_THE_TEST_SERVERS,
        f"att({message0(TEST_HI, TEST_ANSWER, TEST_X, 'testxs', 'C')})"),
    "server-agrees-happens": (
        "2: and it does accept it then",
        ATTACK,
        ALL_OTHERS + TEST_SERVER + client("a", "test"),
        f"att({TEST_MESSAGE})"),
    "server-agrees-on-secret": (
        "2: nobody else has the key of message0, so that its ciphertext is this client's and both get the same keys",
        HOLDS,
        ALL_OTHERS + TEST_SERVER + client("a", "test"),
        f"att(kc(k,dh({TEST_X},testxs),h({TEST_HI},{TEST_ANSWER})))"),
    "client-agrees": (
        "2: a client accepts a serverhi only if a server made it for this very hello",
        HOLDS,
        SETUP + VERSION1 + [r for n in NAMES for r in client(n, "other(I)")] + client("a", "test")
        + servers("b", "none") + server("a", "apart(X)") + is_not("apart", "xc", ("test",), ("a",)),
        f"att({serverhi(TEST_HI, 'Y', 'Z')})"),
    "client-agrees-happens": (
        "2: and it does accept it then",
        ATTACK,
        ALL_OTHERS + client("a", "test"),
        f"att({serverhi(TEST_HI, 'Y', 'Z')})"),
    "client-confirms": (
        "2: a client gets a chunk only if that server accepted its message0",
        HOLDS,
        ALL_OTHERS + TEST_SERVER_SAYS_NOTHING + client("a", "test"),
        f"att(box(sv({TEST_KEYS}),D))"),
    "replay": (
        "2: a replayed hello leads to no session: a client that answers other servers only lets nobody into this one",
        HOLDS,
        ALL_OTHERS + TEST_SERVER + client("a", "test", "elsewhere(Y,Z)") + NOT_THE_TEST_SERVERS,
        "att(ds(test,test,a))"),
    # Versions.
    "versions-server": (
        "no server of version 2 admits a hello if all clients speak version 1",
        HOLDS, SETUP + VERSION1 + servers(*NAMES), "att(box(k,hello(v2,pk(X),N)))"),
    "versions-client": (
        "no client of version 2 accepts a serverhi if all servers speak version 1",
        HOLDS, SETUP + VERSION1 + clients(*NAMES), "att(box(ks(k,H),serverhi(v2,pk(Y),kempk(Z))))"),
    "versions-server-1": (
        "no server of version 1 accepts message0 if all clients speak version 2",
        HOLDS, SETUP + server1() + clients(*NAMES) + servers(*NAMES), "att(box(cs(s1(dh(X,xs1(J,X)))),zeros))"),
    "versions-client-1": (
        "no client of version 1 accepts a serverhi if all servers speak version 2",
        HOLDS, SETUP + client1("a") + clients(*NAMES) + servers(*NAMES), "att(box(k,hello(v1,pk(Y),proof(P))))"),
}


def prove(name, world, goal, directory):
    problem = Path(directory) / f"{name}.p"
    problem.write_text("\n".join([*world, f"cnf(goal,negated_conjecture,(~{goal}))."]) + "\n")
    output = subprocess.run(
        ["SPASS", "-TPTP=1", "-PGiven=0", "-PProblem=0", f"-TimeLimit={SECONDS_PER_CLAIM}", str(problem)],
        capture_output=True,
    ).stdout.decode("latin-1")
    if "SPASS beiseite: Completion found." in output:
        return HOLDS
    if "SPASS beiseite: Proof found." in output:
        return ATTACK
    return "undecided"


def main(chosen):
    unknown = [name for name in chosen if name not in CLAIMS]
    if unknown:
        sys.exit(f"no such claim: {', '.join(unknown)} (there are: {', '.join(CLAIMS)})")
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        for name, (meaning, expected, world, goal) in CLAIMS.items():
            if chosen and name not in chosen:
                continue
            result = prove(name, world, goal, directory)
            wrong += result != expected
            verdict = result if result == expected else f"{result.upper()}, NOT {expected}"
            print(f"{verdict:10} {name:28} {meaning}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
