"""Debugging inside sandboxes: gdb -x tme-box.py --args ./program arguments

A host, such as a program that tbx-cc linked, holds the images of its sandboxes. When it is about to enter one, this script
loads the symbols of the image: code at the window that it runs in, variables at their offsets. Pointers of sandboxed code are
32-bit offsets in its window; gdb reads memory through gdbserver and window_proxy.py, which adds the window's base to them, so
that print, x, info locals, backtrace and breakpoints need no help. Of several sandboxes, it is the one that the thread which
stopped was in; `tbx sandbox N` and `tbx print --sandbox N EXPRESSION` look into another.
"""

import contextlib
import os
import re
import socket
import struct
import subprocess
import tempfile

import gdb

HERE = os.path.dirname(os.path.abspath(__file__))
SECTION_ALLOCATED, SECTION_WRITABLE = 2, 1
# Images are hostile, and names of sections become words of gdb's commands: others could be commands themselves.
SECTION_NAME = re.compile(rb"([A-Za-z0-9_.]+)\0")


def sections(image):
    """Names, flags and addresses of the sections of an ELF file that are in memory and have plain names."""
    table, = struct.unpack_from("<Q", image, 40)
    size, count, names_index = struct.unpack_from("<HHH", image, 58)
    headers = [struct.unpack_from("<IIQQQQ", image, table + i * size) for i in range(count)]
    names = headers[names_index][4]
    for name, _, flags, address, _, _ in headers:
        plain = SECTION_NAME.match(image, names + name)
        if flags & SECTION_ALLOCATED and plain is not None:
            yield plain[1].decode(), flags, address


def parameter(name):
    """The value of one of gdb's settings; None where this gdb does not have it."""
    try:
        return gdb.parameter(name)
    except RuntimeError:
        return None


@contextlib.contextmanager
def without_scripts():
    """Images may hold scripts for debuggers, which gdb runs if its user lets it load all that it finds."""
    settings = [f"auto-load {language}-scripts" for language in ("gdb", "python", "guile")]
    loaded = [setting for setting in settings if parameter(setting)]
    for setting in loaded:
        gdb.execute(f"set {setting} off")
    try:
        yield
    finally:
        for setting in loaded:
            gdb.execute(f"set {setting} on")


class Symbols:
    """The symbols of one image: code at its window, variables at their offsets, which are the same in all its sandboxes."""

    def __init__(self, image, code_base):
        with tempfile.NamedTemporaryFile(prefix="tbx-image-", delete=False) as file:
            file.write(image)
        self.path = file.name
        places = []
        for name, flags, address in sections(image):
            base = 0 if flags & SECTION_WRITABLE else code_base
            places += ["-s", name, hex(base + address)]
        with without_scripts():
            gdb.execute(f"add-symbol-file {self.path} {' '.join(places)}", to_string=True)

    def forget(self):
        gdb.execute(f"remove-symbol-file {self.path}", to_string=True)
        os.unlink(self.path)


class Sandboxes:
    """The sandboxes that were entered, by KeyID: bits 32 and up of where their windows begin."""

    def __init__(self):
        self.symbols = {}
        self.keys = set()
        self.selected = None

    def entered(self, base, image, code_base):
        identity = (hash(image), code_base)
        if identity not in self.symbols:
            self.symbols[identity] = Symbols(image, code_base)
        self.keys.add(base >> 32)
        self.select(base >> 32)

    def select(self, key):
        if key == self.selected:
            return
        if key not in self.keys:
            raise gdb.GdbError(f"no sandbox with KeyID {key} was entered: tbx sandboxes")
        gdb.execute(f"monitor window {key << 32:#x}", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)
        self.selected = key

    def of_thread(self):
        """The KeyID of the sandbox that the selected thread is in, or was in last."""
        try:
            base = int(gdb.parse_and_eval("(unsigned long) $gs_base"))
        except gdb.error:
            return None
        return base >> 32 if base >> 32 in self.keys else None

    def follow(self, _event=None):
        key = self.of_thread()
        if key is not None:
            self.select(key)

    def forget(self):
        for symbols in self.symbols.values():
            symbols.forget()
        self.__init__()


class Entry(gdb.Breakpoint):
    """Stops where the host enters a sandbox, looks at which, and lets it go on."""

    def __init__(self, sandboxes):
        super().__init__("tbx_enter", internal=True)
        self.sandboxes = sandboxes

    def stop(self):
        run = gdb.parse_and_eval("(struct tbx_run *)$rdi").dereference()
        sandbox = run["sandbox"].dereference()
        image = sandbox["image"].dereference()
        size = int(image["elf"]["size"])
        content = bytes(gdb.selected_inferior().read_memory(int(image["elf"]["bytes"]), size))
        base = int(sandbox["memory"]["window"]["base"])
        self.sandboxes.entered(base, content, int(image["code"]["base"]))
        return False


class Prefix(gdb.Command):
    """Commands about sandboxes: tbx sandboxes, tbx sandbox, tbx print."""

    def __init__(self):
        super().__init__("tbx", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, prefix=True)


class List(gdb.Command):
    """tbx sandboxes: the KeyIDs of the sandboxes that were entered; * is the one that is looked into."""

    def __init__(self, sandboxes):
        super().__init__("tbx sandboxes", gdb.COMMAND_DATA)
        self.sandboxes = sandboxes

    def invoke(self, _words, _from_terminal):
        for key in sorted(self.sandboxes.keys):
            mark = "*" if key == self.sandboxes.selected else " "
            print(f"{mark} {key:5}  window at {key << 32:#x}")


class Select(gdb.Command):
    """tbx sandbox [N]: look into the sandbox with KeyID N, without N into that of the selected thread."""

    def __init__(self, sandboxes):
        super().__init__("tbx sandbox", gdb.COMMAND_DATA)
        self.sandboxes = sandboxes

    def invoke(self, words, _from_terminal):
        if words == "":
            self.sandboxes.follow()
        else:
            self.sandboxes.select(key_of(words))


class Print(gdb.Command):
    """tbx print [--sandbox N] EXPRESSION: print it as the sandbox with KeyID N has it."""

    def __init__(self, sandboxes):
        super().__init__("tbx print", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)
        self.sandboxes = sandboxes

    def invoke(self, words, _from_terminal):
        before = self.sandboxes.selected
        if words.startswith("--sandbox"):
            _, key, words = words.replace("=", " ", 1).split(maxsplit=2)
            self.sandboxes.select(key_of(key))
        try:
            gdb.execute(f"print {words}")
        finally:
            if before is not None:
                self.sandboxes.select(before)


def key_of(word):
    if not word.isdigit():
        raise gdb.GdbError(f"no KeyID: {word}")
    return int(word)


def connect(program):
    """Has gdb talk to a gdbserver through the proxy, which has gdb's standard streams for the program."""
    with tempfile.TemporaryDirectory(prefix="tbx-gdb-") as folder, socket.socket(socket.AF_UNIX) as listener:
        path = os.path.join(folder, "socket")
        listener.bind(path)
        listener.listen(1)
        command = ["python3", os.path.join(HERE, "window_proxy.py"), str(listener.fileno())]
        subprocess.Popen(command, pass_fds=(listener.fileno(),))
        gdb.execute(f"target extended-remote {path}", to_string=True)
    gdb.execute(f"set remote exec-file {program}")


def start():
    """Everything that a debugger of sandboxes does differently."""
    for setting in ("confirm off", "breakpoint pending on", "sysroot /", "auto-solib-add off"):
        gdb.execute(f"set {setting}")
    program = gdb.current_progspace().filename
    if program is None:
        raise gdb.GdbError("name the program: gdb -x tme-box.py --args ./program arguments")
    connect(program)
    sandboxes = Sandboxes()
    Entry(sandboxes)
    Prefix()
    for command in (List, Select, Print):
        command(sandboxes)
    # What the host does with these signals is its business; a fault of sandboxed code is shown, once.
    gdb.execute("handle SIGURG nostop noprint pass", to_string=True)
    gdb.events.stop.connect(sandboxes.follow)
    gdb.events.gdb_exiting.connect(lambda _: sandboxes.forget())


start()
