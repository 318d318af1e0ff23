"""A small process with everything imported that readers need: each reader is a fork of it.

It is started once by each process that reads files, reads nothing itself, and ends when the
connection to its starter is closed, which the system does however the starter ends.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

from aecore.data.reading import job
from aecore.data.reading.confinement import Allowance

MOST_REQUEST = 2**16  # bytes
MOST_DESCRIPTORS = 1024  # more than it uses with the largest number of readers
DONE, FAILED = b"1", b"0"  # the answers to a request


class _Template:
    """Forks readers, reports the end of each, and ends abandoned ones."""

    def __init__(self, control: socket.socket):
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.ends: dict[int, socket.socket] = {}  # process → the connection that reports its end
        self.nowhere = os.open(os.devnull, os.O_RDWR)
        woken, waker = socket.socketpair()
        for side in (woken, waker):
            side.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.woken, self.waker = woken, waker
        self.selector.register(control, selectors.EVENT_READ, self.serve)
        self.selector.register(woken, selectors.EVENT_READ, self.reap)

    def run(self) -> None:
        """Serves until the starter is gone."""
        with contextlib.suppress(EOFError):
            while True:
                for key, _ in self.selector.select():
                    key.data()
        for pid in self.ends:
            os.kill(pid, signal.SIGKILL)

    def serve(self) -> None:
        """Handles one request: modules to import, or a job for a reader."""
        try:
            content, descriptors, _, _ = socket.recv_fds(self.control, MOST_REQUEST, 2)
        except ConnectionError:  # the starter ended before it had read an answer
            raise EOFError from None
        if not content:
            raise EOFError
        answer = DONE
        try:
            self.do(json.loads(content), descriptors)
        except Exception as problem:  # in the log of the starter
            print(f"A reader could not be started: {problem!r}", file=sys.stderr, flush=True)
            answer = FAILED
        finally:
            for descriptor in descriptors:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        try:
            self.control.sendall(answer)
        except OSError:  # the starter ended in the meantime
            raise EOFError from None

    def do(self, request: dict[str, Any], descriptors: list[int]) -> None:
        for module in request.get("import", ()):
            importlib.import_module(module)
        if "job" not in request:
            return
        function = job.find(request["job"])
        gc.collect()
        gc.freeze()  # otherwise a collection in a reader would copy shared memory
        starter, pid = os.getpid(), os.fork()
        if pid == 0:
            try:
                end = self.only(descriptors[0])
                job.work(function, end, Allowance(**request["allowance"]), starter)
            finally:
                os._exit(1)
        told = socket.socket(fileno=os.dup(descriptors[1]))
        self.ends[pid] = told
        self.selector.register(told, selectors.EVENT_READ, lambda: self.end(pid))

    def only(self, descriptor: int) -> socket.socket:
        """Closes everything but the connection in this process, which is a reader now."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for standard in range(3):
            os.dup2(self.nowhere, standard)
        os.dup2(descriptor, 3)
        os.closerange(4, MOST_DESCRIPTORS)
        return socket.socket(fileno=3)

    def end(self, pid: int) -> None:
        """Ends a reader whose starter has given up."""
        if pid in self.ends:  # or it has just ended by itself
            os.kill(pid, signal.SIGKILL)
            self.selector.unregister(self.ends[pid])

    def reap(self) -> None:
        """Reports readers that have ended."""
        with contextlib.suppress(BlockingIOError):
            self.woken.recv(4096)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                told = self.ends.pop(pid)
                with contextlib.suppress(KeyError):
                    self.selector.unregister(told)
                with contextlib.suppress(OSError):
                    told.sendall(status.to_bytes(4, "little"))
                told.close()


def main(descriptor: int) -> None:
    """Serves the starter at the other end of a connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the starter
    _Template(socket.socket(fileno=descriptor)).run()
