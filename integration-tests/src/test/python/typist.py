"""Types lines at a program that it runs on a terminal of its own, and prints all that the terminal showed.

typist.py PROMPT LINE... -- COMMAND...: types each line when the terminal has shown the prompt once more.
"""
import os
import pty
import sys

split = sys.argv.index("--")
prompt = sys.argv[1].encode()
lines = sys.argv[2:split]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
shown = b""
typed = 0
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # the program has ended
        piece = b""
    if not piece:
        break
    shown += piece
    while typed < len(lines) and shown.count(prompt) > typed:
        os.write(terminal, lines[typed].encode() + b"\n")
        typed += 1
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status))
