"""gdbserver, with addresses of the window in place: reads and writes of 32-bit offsets go to the sandbox's window.

The proxy stands between gdb and a gdbserver that it starts. `monitor window BASE` says where the window is; from then on
what gdb asks of addresses from LOWEST to 4 GiB it asks of BASE + address. The host's own program lies below LOWEST, all
else of it above 4 GiB (docs/abi.md, "Windows").

See the GDB manual, "Remote Protocol": packets are $DATA#CHECKSUM.
"""

import os
import re
import subprocess
import sys
import threading

LOWEST, WINDOW_SIZE = 0x0800_0000, 1 << 32
# Memory reads and writes, and breakpoints and watchpoints: a letter, perhaps a kind, and an address.
ADDRESSED = re.compile(rb"^(m|M|X|[zZ][0-4],)([0-9a-f]+)(?=[,:])")
COMMAND = b"qRcmd,"


def checksum(data):
    return b"%02x" % (sum(data) & 0xFF)


class Proxy:
    def __init__(self, client_in, client_out, server):
        self.client_in = client_in
        self.client_out = client_out
        self.server = server
        self.base = None
        self.acknowledges = True

    def translate(self, match):
        address = int(match[2], 16)
        if self.base is not None and LOWEST <= address < WINDOW_SIZE:
            address += self.base
        return match[1] + b"%x" % address

    def answer(self, data):
        acknowledgement = b"+" if self.acknowledges else b""
        os.write(self.client_out, acknowledgement + b"$" + data + b"#" + checksum(data))

    def packet(self, data):
        """A packet of gdb's: our own command is answered here, the rest goes on."""
        if data.startswith(COMMAND):
            words = bytes.fromhex(data[len(COMMAND) :].decode()).split()
            if len(words) == 2 and words[0] == b"window":
                self.base = int(words[1], 16)
                self.answer(b"OK")
                return
        if data == b"QStartNoAckMode":
            self.acknowledges = False
        translated = ADDRESSED.sub(self.translate, data, count=1)
        self.send(b"$" + translated + b"#" + checksum(translated))

    def send(self, data):
        self.server.stdin.write(data)
        self.server.stdin.flush()

    def forward(self):
        """From gdb to gdbserver, packet by packet."""
        pending = b""
        while chunk := os.read(self.client_in, 65536):
            pending += chunk
            while pending:
                if pending[:1] != b"$":  # acknowledgements, and the byte that interrupts
                    self.send(pending[:1])
                    pending = pending[1:]
                    continue
                end = pending.find(b"#")
                if end < 0 or len(pending) < end + 3:
                    break
                self.packet(pending[1:end])
                pending = pending[end + 3 :]
        self.server.stdin.close()

    def back(self):
        """From gdbserver to gdb, as it comes."""
        while chunk := self.server.stdout.read1(65536):
            os.write(self.client_out, chunk)


def main():
    command = ["gdbserver", "--multi", "--once", "-"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    proxy = Proxy(sys.stdin.fileno(), sys.stdout.fileno(), server)
    threading.Thread(target=proxy.back, daemon=True).start()
    proxy.forward()
    server.wait()


main()
