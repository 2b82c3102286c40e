#!/usr/bin/python3
"""Holds connections to an echo (port 7 style, or anything that answers) open: hold_connections.py HOST PORT COUNT

Connects COUNT times, asks each connection for /whoami by HTTP with keep-alive, prints `held N` when all were answered,
and keeps them open until its standard input ends. Ends with 1 if a connection was closed meanwhile.
"""
import select
import socket
import sys

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
REQUEST = b"GET /whoami HTTP/1.1\r\nHost: target\r\n\r\n"


def ask(connection):
    connection.sendall(REQUEST)
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece:
            sys.exit("closed before it answered")
        answer += piece


connections = [socket.create_connection((host, port), timeout=60) for _ in range(count)]
for connection in connections:
    ask(connection)
print("held", count, flush=True)
readable, _, _ = select.select([sys.stdin, *connections], [], [])
if readable != [sys.stdin]:
    sys.exit("a held connection was closed")
for connection in connections:
    ask(connection)
print("still held", count, flush=True)
