#!/usr/bin/env python3
"""A service and its clients, for the check of the package.

stream.py serve PORT            sends back what it gets
stream.py once PORT             sends 1 MB through a connection, and checks what comes back
stream.py until PORT FILE       sends and checks until FILE exists, then ends the stream and reads to its end; prints a
                                line when the first data has come back
"""

import os
import socket
import sys
import threading

CHUNK = 65536


def serve(port):
    def echo(connection):
        with connection:
            while data := connection.recv(CHUNK):
                connection.sendall(data)

    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            threading.Thread(target=echo, args=(server.accept()[0],), daemon=True).start()


def exchange(connection, data):
    connection.sendall(data)
    received = b""
    while len(received) < len(data):
        more = connection.recv(CHUNK)
        if not more:
            sys.exit("the stream was cut")
        received += more
    if received != data:
        sys.exit("other data came back")


def end(connection, count):
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1):
        sys.exit("more data came back than was sent")
    print(count, "bytes came back")


def once(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(16):
            exchange(connection, os.urandom(CHUNK))
        end(connection, 16 * CHUNK)


def until(port, file):
    count = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while not os.path.exists(file):
            data = os.urandom(1000)
            exchange(connection, data)
            if count == 0:
                print("begun", flush=True)
            count += len(data)
        end(connection, count)


{"serve": serve, "once": once, "until": until}[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
