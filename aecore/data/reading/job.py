"""What a job sees in a reader: its order, and the files one after the other.

A job is one of our functions, identified by module and name: `job(order)` yields answers, each
of plain JSON values and arrays by name.
"""

import importlib
import os
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from aecore.data.reading.confinement import Allowance, begin_item, confine
from aecore.data.reading.wire import Line

Answer = tuple[Any, dict[str, np.ndarray]]
WANT, BEGIN, ANSWER, OVER, MEMORY, FAULT = "want", "begin", "answer", "over", "memory", "fault"


class Order:
    """What a job is to do: its words, and files that are sent on request."""

    def __init__(self, line: Line, words: Any, allowance: Allowance):
        self.words = words
        self._line, self._allowance = line, allowance

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file."""
        while True:
            self._line.send([WANT])
            name, content = self._line.receive_file()
            if name is None:
                return
            yield name, content

    def begin(self, item: str) -> None:
        """Reports the current item, so that a crash can be attributed to it."""
        begin_item(self._allowance)
        self._line.send([BEGIN, item])


Job = Callable[[Order], Iterator[Answer]]


def needs(*modules: str) -> Callable[[Job], Job]:
    """Declares modules that a job imports lazily, which a reader no longer can."""

    def declare(work: Job) -> Job:
        work.needs = modules  # type: ignore[attr-defined]
        return work

    return declare


def needed_by(work: Job) -> tuple[str, ...]:
    """The modules to import before a job begins."""
    return getattr(work, "needs", ())


def name_of(job: Job) -> str:
    """The name by which another process finds the function."""
    return f"{job.__module__}:{job.__qualname__}"


def find(name: str) -> Job:
    """The function of that name; imports its module."""
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)


def work(job: Job, end: socket.socket, allowance: Allowance, starter: int) -> None:
    """Runs a job in this process, which becomes a reader; does not return."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody is listening any more
    status = 1
    try:
        confine(allowance, starter)
        line = Line(end)
        words, _ = line.receive()
        try:
            for answer, arrays in job(Order(line, words, allowance)):
                line.send([ANSWER, answer], arrays)
            line.send([OVER])
        except MemoryError:
            line.send([MEMORY])
        except Exception as problem:  # a fault of ours, or of a file that took over this process
            line.send([FAULT, f"{problem!r:.200} {traceback.format_exc()[-2000:]}"])
        status = 0
    finally:
        os._exit(status)
