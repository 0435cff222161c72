"""Debugging inside sandboxes: gdb -x tme-box.py --args ./program arguments

A program that tbx-cc linked holds the image of its sandbox. When the host is about to enter it, this script loads the
symbols of the image at the windows that it runs in. Pointers of sandboxed code are 32-bit offsets in its window; gdb
reads memory through gdbserver and window_proxy.py, which adds the window's base to them, so that print, x, info locals,
backtrace and breakpoints need no help.
"""

import os
import struct
import tempfile

import gdb

HERE = os.path.dirname(os.path.abspath(__file__))
SECTION_ALLOCATED, SECTION_WRITABLE = 2, 1


def sections(image):
    """Names, flags and addresses of the sections of an ELF file that are in memory."""
    table, = struct.unpack_from("<Q", image, 40)
    size, count, names_index = struct.unpack_from("<HHH", image, 58)
    headers = [struct.unpack_from("<IIQQQQ", image, table + i * size) for i in range(count)]
    names = headers[names_index][4]
    for name, _, flags, address, _, _ in headers:
        if flags & SECTION_ALLOCATED:
            start = names + name
            yield image[start : image.index(b"\0", start)].decode(), flags, address


class Symbols:
    """The symbols of one image at one pair of windows: code in the one, variables in the other."""

    def __init__(self, image, code_base, data_base):
        with tempfile.NamedTemporaryFile(prefix="tbx-image-", delete=False) as file:
            file.write(image)
        self.path = file.name
        self.identity = (hash(image), code_base, data_base)
        places = []
        for name, flags, address in sections(image):
            base = data_base if flags & SECTION_WRITABLE else code_base
            places += ["-s", name, hex(base + address)]
        gdb.execute(f"add-symbol-file {self.path} {' '.join(places)}", to_string=True)

    def forget(self):
        gdb.execute(f"remove-symbol-file {self.path}", to_string=True)
        os.unlink(self.path)


class Entry(gdb.Breakpoint):
    """Stops where the host enters a sandbox, looks at which, and lets it go on."""

    def __init__(self):
        super().__init__("tbx_enter", internal=True)
        self.symbols = None

    def stop(self):
        run = gdb.parse_and_eval("(struct tbx_run *)$rdi").dereference()
        sandbox = run["sandbox"].dereference()
        image = sandbox["image"].dereference()
        data_base = int(sandbox["memory"]["window"]["base"])
        code_base = int(image["code"]["base"])
        size = int(image["elf"]["size"])
        content = bytes(gdb.selected_inferior().read_memory(int(image["elf"]["bytes"]), size))
        gdb.execute(f"monitor window {data_base:#x}", to_string=True)
        if self.symbols is None or self.symbols.identity != (hash(content), code_base, data_base):
            self.forget()
            self.symbols = Symbols(content, code_base, data_base)
        return False

    def forget(self):
        if self.symbols is not None:
            self.symbols.forget()
        self.symbols = None


def start():
    """Everything that a debugger of sandboxes does differently."""
    for setting in ("confirm off", "breakpoint pending on", "sysroot /", "auto-solib-add off"):
        gdb.execute(f"set {setting}")
    program = gdb.current_progspace().filename
    if program is None:
        raise gdb.GdbError("name the program: gdb -x tme-box.py --args ./program arguments")
    gdb.execute(f"target extended-remote | exec python3 {HERE}/window_proxy.py", to_string=True)
    gdb.execute(f"set remote exec-file {program}")
    entry = Entry()
    # What the host does with these signals is its business; a fault of sandboxed code is shown, once.
    gdb.execute("handle SIGURG nostop noprint pass", to_string=True)
    gdb.events.gdb_exiting.connect(lambda _: entry.forget())


start()
