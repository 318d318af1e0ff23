"""What readers are made to do in tests: honest work, and all that a file might make of one."""

import errno
import json
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aecore.data.reading.job import Answer, Order, needs

ARRAYS = {
    "bytes": np.arange(256, dtype=np.uint8),
    "truth": np.array([[True], [False]]),
    "floats": np.random.default_rng(0).normal(size=(3, 4, 5)),
    "turned": np.arange(24, dtype=np.float32).reshape(4, 6).T,
    "every other": np.arange(20, dtype=np.int64)[::2],
    "other order": np.arange(5, dtype=">i4"),
    "single": np.array(7, np.int16),
    "none": np.zeros((0, 28, 28, 1), np.float32),
    "text": np.array("words: ä, 中, \U0001f600"),
    "texts": np.array([["a", "bcd"]]),
}


def echo(order: Order) -> Iterator[Answer]:
    """The words, then the files; what arrays look like."""
    yield order.words, ARRAYS
    for name, content in order.files():
        order.begin(name)
        yield name, {"content": np.frombuffer(content, np.uint8)}


def count(order: Order) -> Iterator[Answer]:
    """The numbers up to the one that is given, each when it is taken."""
    for number in range(order.words):
        yield number, {"some": np.zeros(1000)}


def pid(order: Order) -> Iterator[Answer]:
    """Who it is and whose child, then nothing for ever."""
    yield [os.getpid(), os.getppid()], {}
    yield from forever(order)


def forever(order: Order) -> Iterator[Answer]:
    """Works without end."""
    while True:
        pass
    yield


def second_forever(order: Order) -> Iterator[Answer]:
    """One item, then one without end."""
    order.begin("first")
    yield 1, {}
    order.begin("second")
    yield from forever(order)


def waits(order: Order) -> Iterator[Answer]:
    """Costs nothing, and does not end."""
    while True:
        time.sleep(1)
    yield


def memory(order: Order) -> Iterator[Answer]:
    """Takes memory without end."""
    kept = []
    while True:
        kept.append(np.ones(2**20))
    yield


def fault(order: Order) -> Iterator[Answer]:
    """Has a fault."""
    order.begin("a.png")
    raise RuntimeError("\x1b[31mthis is for the log")
    yield


def crash(order: Order) -> Iterator[Answer]:
    """Dies of the signal that is given, working on an item."""
    order.begin("the item")
    os.kill(os.getpid(), order.words)
    yield


def leaves(order: Order) -> Iterator[Answer]:
    """Ends without a word."""
    os._exit(order.words)
    yield


def raw(order: Order) -> Iterator[Answer]:
    """Sends what is no frame: the header that is given in hex, then zeros."""
    header = bytes.fromhex(order.words)
    os.write(3, len(header).to_bytes(4, "little") + header + bytes(2**12))
    yield from waits(order)


def long_header(order: Order) -> Iterator[Answer]:
    """Announces a header of 4 GB."""
    os.write(3, b"\xff\xff\xff\xff")
    yield from waits(order)


def large(order: Order) -> Iterator[Answer]:
    """Gives arrays of so many bytes, again and again."""
    while True:
        yield None, {"a": np.zeros(order.words, np.uint8)}


def _attempts(folder: str, other: int) -> dict:
    return {
        "write a file": lambda: Path(folder, "written").write_text("x"),
        "make a folder": lambda: Path(folder, "made").mkdir(),
        "delete a file": lambda: Path(folder, "victim").unlink(),
        "read a file": lambda: Path(folder, "victim").read_text(),
        "read the password file": lambda: Path("/etc/passwd").read_text(),
        "list a folder": lambda: next(os.scandir("/")),
        "make a socket": lambda: socket.socket(),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        "fork": lambda: os.fork() or os._exit(0),
        "run a program": lambda: os.execv("/bin/true", ["true"]),
        "start a thread": lambda: threading.Thread(target=print).start(),
        "end its starter": lambda: os.kill(other, signal.SIGKILL),
        "end its template": lambda: os.kill(os.getppid(), signal.SIGKILL),
        "have more time": lambda: resource.setrlimit(resource.RLIMIT_CPU, (999, 999)),
        "have more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
        "become root": lambda: os.setuid(0),
        "trace": lambda: __import__("ctypes").CDLL(None)["ptrace"](0, 0, 0, 0) + 1 or 1 / 0,
    }


def attempts(order: Order) -> Iterator[Answer]:
    """Tries what a reader has no business doing, or some of it; which of it worked."""
    folder, other, *some = order.words
    possible = _attempts(folder, other)
    worked = []
    for name in some or possible:
        try:
            possible[name]()
        except (OSError, RuntimeError, ValueError, ZeroDivisionError):
            continue
        worked.append(name)
    yield worked, {}


def surroundings(order: Order) -> Iterator[Answer]:
    """What it knows of the world: its environment, and its connections."""
    held = [number for number in range(64) if _is_open(number)]
    yield [dict(os.environ), held], {}


def _is_open(descriptor: int) -> bool:
    try:
        os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError as problem:
        return problem.errno != errno.EBADF
    return True


def header(words=(), arrays=()) -> str:
    """A header in hex, for `raw`."""
    return json.dumps({"words": words, "arrays": arrays}).encode().hex()


def crash_with_segv(order: Order) -> Iterator[Answer]:
    """Dies as a library does that reads past its memory."""
    os.kill(os.getpid(), signal.SIGSEGV)
    yield


def leaves_silently(order: Order) -> Iterator[Answer]:
    """Ends as if it were done, without its last word."""
    os._exit(0)
    yield


def says(order: Order) -> Iterator[Answer]:
    """Answers what it is told to."""
    for words in order.words:
        yield words, {}


@needs("aecore.data.images.preloading", "aecore.data.images.seeing")
def sees_and_dies(order: Order) -> Iterator[Answer]:
    """Reads images, except files whose names say what happens to the process that opens them."""
    from aecore.data.images import seeing

    real = seeing.each_image

    def each_image(files, limits, begin, skip, *more):
        for place, (name, content) in enumerate(files):
            if place < skip:
                continue
            begin(place, name)
            if "segv" in name:
                os.kill(os.getpid(), signal.SIGSEGV)
            if "memory" in name:
                raise MemoryError
            if "forever" in name:
                while True:
                    pass
            yield from real([(name, content)], limits, lambda *_: None, 0, *more)

    seeing.each_image = each_image
    yield from seeing.see(order)


def lies(order: Order) -> Iterator[Answer]:
    """Answers with all but images."""
    for pixels in (
        np.zeros((24, 20, 1), np.float32), np.full((24, 20, 3), np.nan, np.float32),
        np.full((24, 20, 3), 2, np.float32), np.zeros((24, 20, 3)), np.array("a"), np.zeros(0),
    ):  # fmt: skip
        yield ["image", "a.png", [], [1, 1], None, []], {"pixels": pixels}
    yield ["image", "a.png", [], [1, 1], None, []], {"other": np.zeros(3)}
    yield ["image", "a.png", [5], [1, 1], None, []], {}
