"""A small service manager: starts a program as systemd does, with a notify socket and with listening sockets.

usage: service_manager.py NOTIFY_ADDRESS WATCHDOG_USEC [NAME=HOST:PORT | NAME=/path | NAME=dgram]... -- COMMAND...

Reads commands from standard input: start, signal NAME, end. Writes lines to standard output:
  listening NAME ADDRESS   for each socket, at the beginning
  started PID
  notify A=1|B=2           for each message of the program itself
  exited CODE
"""

import os
import signal
import socket
import struct
import sys
import threading


def say(*words):
    print(*words, flush=True)


def listen(address):
    if address == "dgram":
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if address.startswith("/"):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
    else:
        host, port = address.rsplit(":", 1)
        host = host.strip("[]")
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
    listener.listen(4096)
    return listener


def name_of(listener):
    address = listener.getsockname()
    return address if isinstance(address, str) else "%s:%d" % address[:2]


def receive(notifications, manager):
    while True:
        data, ancillary, _, _ = notifications.recvmsg(4096, socket.CMSG_SPACE(12))
        sender = struct.unpack("3i", ancillary[0][2])[0]
        if sender == manager["pid"]:
            say("notify", data.decode().replace("\n", "|"))
        else:
            say("stranger", sender)


def start(command, address, watchdog, listeners):
    pid = os.fork()
    if pid:
        return pid
    descriptors = [os.dup(each.fileno()) for _, each in listeners]  # above those that dup2 replaces
    high = [os.dup2(each, 100 + i) for i, each in enumerate(descriptors)]
    for i, each in enumerate(high):
        os.dup2(each, 3 + i, inheritable=True)
        os.set_blocking(3 + i, True)
        os.close(each)
    environment = dict(os.environ, NOTIFY_SOCKET=address)
    if watchdog != "0":
        environment.update(WATCHDOG_USEC=watchdog, WATCHDOG_PID=str(os.getpid()))
    if listeners:
        environment.update(
            LISTEN_FDS=str(len(listeners)),
            LISTEN_PID=str(os.getpid()),
            LISTEN_FDNAMES=":".join(name for name, _ in listeners),
        )
    os.closerange(3 + len(listeners), 256)
    os.dup2(2, 1)
    os.execvpe(command[0], command, environment)


def main():
    split = sys.argv.index("--")
    address, watchdog, *sockets = sys.argv[1:split]
    command = sys.argv[split + 1 :]
    listeners = []
    for each in sockets:
        name, where = each.split("=", 1)
        listeners.append((name, listen(where)))
        say("listening", name, name_of(listeners[-1][1]) if where != "dgram" else where)
    notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notifications.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    notifications.bind("\0" + address[1:] if address.startswith("@") else address)
    manager = {"pid": 0}
    threading.Thread(target=receive, args=(notifications, manager), daemon=True).start()

    def wait(pid):
        _, status = os.waitpid(pid, 0)
        manager["pid"] = 0
        say("exited", os.waitstatus_to_exitcode(status))

    for line in sys.stdin:
        words = line.split()
        if words[0] == "start":
            manager["pid"] = start(command, address, watchdog, listeners)
            say("started", manager["pid"])
            threading.Thread(target=wait, args=(manager["pid"],), daemon=True).start()
        elif words[0] == "signal":
            os.kill(manager["pid"], signal.Signals["SIG" + words[1]])
        elif words[0] == "end":
            break
    if manager["pid"]:
        os.kill(manager["pid"], signal.SIGKILL)


main()
