"""gdbserver, with addresses of the window in place: reads and writes of 32-bit offsets go to the sandbox's window.

The proxy stands between gdb, at a socket, and a gdbserver that it starts at a pseudoterminal. `monitor window BASE` says
where the window is; from then on what gdb asks of addresses from LOWEST to 4 GiB it asks of BASE + address. The host's own
program lies below LOWEST, all else of it above 4 GiB (docs/abi.md, "Windows").

The program that is debugged has gdb's own standard streams: gdbserver takes them away only where it needs them for its
packets. It belongs to a process group of its own, so the proxy hands the terminal over while it runs.

See the GDB manual, "Remote Protocol": packets are $DATA#CHECKSUM.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import tty

LOWEST, WINDOW_SIZE = 0x0800_0000, 1 << 32
# Memory reads and writes, and breakpoints and watchpoints: a letter, perhaps a kind, and an address.
ADDRESSED = re.compile(rb"^(m|M|X|[zZ][0-4],)([0-9a-f]+)(?=[,:])")
# Where a stop says that a watchpoint was hit.
WATCHED = re.compile(rb"(watch:)([0-9a-f]+)")
# `x*N`: x, and as many more as N's code says. Only replies have runs.
RUN = re.compile(rb"(.)\*(.)", re.DOTALL)
COMMAND = b"qRcmd,"
RESUMES = (b"vCont;", b"c", b"C", b"s", b"S")
STOPS = (b"T", b"S", b"W", b"X")
PROCESS = re.compile(rb"thread:p([0-9a-f]+)\.")
# gdbserver tells of processes on standard error, which the program has to itself. A shell reads these words.
WRAPPER = ["--wrapper", "env", "2>&{0}", "{0}>&-", "--"]


def checksum(data):
    return b"%02x" % (sum(data) & 0xFF)


def packet(data):
    return b"$" + data + b"#" + checksum(data)


def messages(descriptor):
    """What arrives, one by one: the data of packets, and else single bytes, marked by None."""
    pending = b""
    while chunk := read(descriptor):
        pending += chunk
        while pending:
            if pending[:1] != b"$":  # acknowledgements, and the byte that interrupts
                yield None, pending[:1]
                pending = pending[1:]
                continue
            end = pending.find(b"#")
            if end < 0 or len(pending) < end + 3:
                break
            yield pending[1:end], pending[: end + 3]
            pending = pending[end + 3 :]


def read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # a pseudoterminal whose other side is gone
        return b""


def send(descriptor, data):
    while data:
        data = data[os.write(descriptor, data) :]


class Terminal:
    """Who reads the terminal, if standard input is one: the program while it runs, and else gdb."""

    def __init__(self):
        self.debugger = os.tcgetpgrp(0) if os.isatty(0) else None
        self.program = None

    def belongs_to(self, group):
        if self.debugger is None or group is None:
            return
        try:
            os.tcsetpgrp(0, group)
        except OSError:
            pass  # the program has ended

    def resumed(self):
        self.belongs_to(self.program)

    def stopped(self, reply):
        process = PROCESS.search(reply)
        if process is not None:
            self.program = int(process[1], 16)
        self.belongs_to(self.debugger)


class Proxy:
    def __init__(self, client, server):
        self.client = client
        self.server = server
        self.base = None
        self.acknowledges = True
        self.terminal = Terminal()

    def translate(self, match):
        address = int(match[2], 16)
        if self.base is not None and LOWEST <= address < WINDOW_SIZE:
            address += self.base
        return match[1] + b"%x" % address

    def translate_back(self, match):
        address = int(match[2], 16)
        if self.base is not None and 0 <= address - self.base < WINDOW_SIZE:
            address -= self.base
        return match[1] + b"%x" % address

    def is_window_command(self, data):
        """Whether this is `monitor window BASE`, which is done then."""
        words = bytes.fromhex(data[len(COMMAND) :].decode()).split() if data.startswith(COMMAND) else []
        if len(words) != 2 or words[0] != b"window":
            return False
        self.base = int(words[1], 16)
        return True

    def forward(self):
        """From gdb to gdbserver."""
        for data, raw in messages(self.client):
            if data is None:
                send(self.server, raw)
                continue
            if self.is_window_command(data):
                send(self.client, (b"+" if self.acknowledges else b"") + packet(b"OK"))
                continue
            if data == b"QStartNoAckMode":
                self.acknowledges = False
            if data.startswith(RESUMES):
                self.terminal.resumed()
            send(self.server, packet(ADDRESSED.sub(self.translate, data, count=1)))

    def back(self):
        """From gdbserver to gdb."""
        for data, raw in messages(self.server):
            if data is None or not data.startswith(STOPS):
                send(self.client, raw)
                continue
            reply = RUN.sub(lambda run: run[1] * (run[2][0] - 28), data)
            self.terminal.stopped(reply)
            send(self.client, packet(WATCHED.sub(self.translate_back, reply)))


def start_server():
    """A gdbserver at a pseudoterminal; the descriptor is ours."""
    ours, its = os.openpty()
    tty.setraw(its)
    errors = os.dup(2)
    wrapper = [word.format(errors) for word in WRAPPER]
    command = ["gdbserver", "--multi", *wrapper, os.ttyname(its)]
    server = subprocess.Popen(
        command,
        stderr=subprocess.DEVNULL,
        pass_fds=(errors,),
        preexec_fn=lambda: os.setpgid(0, 0),
    )
    return server, ours


def main():
    listener = socket.socket(fileno=int(sys.argv[1]))
    client, _ = listener.accept()
    listener.close()
    server, descriptor = start_server()
    # Once gdbserver has its own: interrupts are gdb's, and the terminal may be taken back from behind.
    for ignored in (signal.SIGINT, signal.SIGTTOU):
        signal.signal(ignored, signal.SIG_IGN)
    proxy = Proxy(client.fileno(), descriptor)
    threading.Thread(target=proxy.back, daemon=True).start()
    proxy.forward()
    server.terminate()
    server.wait()


main()
