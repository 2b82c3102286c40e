#!/usr/bin/python3
"""Ends one direction of a connection and goes on with the other.

  half_close.py answer PORT            accepts one, hears it to its end, and only then says the SHA-256 of it
  half_close.py end-first PORT FILE    accepts one, says FILE, ends, and hears the other to its end
  half_close.py reply HOST PORT FILE   connects, hears the other to its end, and only then says FILE

The last two print the SHA-256 of what they heard.
"""
import hashlib
import socket
import sys


def accept(port):
    with socket.create_server(("", port)) as listener:
        return listener.accept()[0]


def say(connection, file):
    with open(file, "rb") as content:
        connection.sendfile(content)
    connection.shutdown(socket.SHUT_WR)


def hear(connection):
    digest = hashlib.sha256()
    while piece := connection.recv(65536):
        digest.update(piece)
    return digest.hexdigest()


match sys.argv[1:]:
    case ["answer", port]:
        peer = accept(int(port))
        peer.sendall(hear(peer).encode())
    case ["end-first", port, file]:
        peer = accept(int(port))
        say(peer, file)
        print(hear(peer))
    case ["reply", host, port, file]:
        peer = socket.create_connection((host, int(port)))
        heard = hear(peer)
        say(peer, file)
        print(heard)
    case _:
        sys.exit(__doc__)
