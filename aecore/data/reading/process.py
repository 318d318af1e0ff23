"""The caller's side: a process is started to read an untrusted file, and ended afterwards."""

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from aecore.data.reading import job
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.launching import NotStarted, fork
from aecore.data.reading.places import PLACES
from aecore.data.reading.wire import Line, WireError
from aecore.data.refusal import Refusal

LOOK_SECONDS = 0.1  # between two checks whether the answer is still wanted
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)


class ReadingEnded(Refusal):
    """A reader ended before its job was done; the text says why. `item` is the current one."""

    item = ""


@dataclass(frozen=True)
class Reader:
    """Runs jobs in processes of their own, for one visitor.

    by: the visitor, whose jobs run one at a time. Empty: no such limit.
    look: called several times a second during a job; anything it raises ends the reader.
    """

    by: str = ""
    look: Callable[[], None] = lambda: None

    def read(
        self,
        work: job.Job,
        words: Any,
        files: Iterable[tuple[str, bytes]],
        allowance: Allowance,
    ) -> Iterator[job.Answer]:
        """Runs a job; yields its answers as they arrive.

        Args:
            work: a function at the top of a module.
            words: what it is to do, as plain JSON values.
            files: name and content, each requested when its turn comes.
            allowance: what it may take.

        Raises:
            ReadingEnded: it crashed, reached a limit, or could not be started.
        """
        with PLACES.taken(self.by, self.look), _Process(work, allowance, self.look) as process:
            yield from process.answers(words, iter(files))


class _Process:
    """A reader at work."""

    def __init__(self, work: job.Job, allowance: Allowance, look: Callable[[], None]):
        self.allowance, self.look = allowance, look
        self.over = time.monotonic() + allowance.patience + 1
        self.item = ""
        try:
            self.end, self.told = fork(work, allowance)
        except NotStarted as problem:
            raise ReadingEnded("{}", problem) from problem

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_) -> None:
        self.told.close()  # then the template ends it, if it has not ended
        self.end.close()

    def answers(self, words: Any, files: Iterator[tuple[str, bytes]]) -> Iterator[job.Answer]:
        line = Line(self.end, self._wait, self.allowance.answer)
        try:
            line.send(words)
            while True:
                told, arrays = line.receive()
                match told:
                    case [job.WANT]:
                        line.send_file(*next(files, (None, b"")))
                    case [job.BEGIN, str(item)]:
                        self.item = item
                    case [job.ANSWER, answer]:
                        yield answer, arrays
                    case [job.OVER]:
                        return
                    case [job.MEMORY]:
                        raise self._of_item(_memory(self.allowance))
                    case [job.FAULT, str(fault)]:
                        logging.getLogger(__name__).warning("A reader's job failed: %r", fault)
                        raise self._of_item(
                            ReadingEnded("It could not be read: an internal error.")
                        )
                    case _:
                        raise WireError("an answer is invalid")
        except (EOFError, OSError):
            raise self._of_item(self._reason()) from None
        except WireError as problem:
            raise self._of_item(
                ReadingEnded("Reading it gave no usable answer: {}.", problem)
            ) from None

    def _of_item(self, problem: ReadingEnded) -> ReadingEnded:
        problem.item = self.item
        return problem

    def _wait(self, reads: bool) -> None:
        """Returns when the connection is ready; checks regularly whether to continue."""
        wanted = select.poll()
        wanted.register(self.end, select.POLLIN if reads else select.POLLOUT)
        while not wanted.poll(0):
            self.look()
            if time.monotonic() > self.over:
                raise self._of_item(_clock(self.allowance))
            if wanted.poll(LOOK_SECONDS * 1000):
                return

    def _reason(self) -> ReadingEnded:
        """Why it is gone, as reported by the template."""
        self.told.settimeout(5)
        with contextlib.suppress(OSError):
            if len(told := self.told.recv(4)) == 4:
                return _in_words(int.from_bytes(told, "little"), self.allowance)
        return ReadingEnded("The reading process was terminated; try again.")


def _in_words(status: int, allowance: Allowance) -> ReadingEnded:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return ReadingEnded("Reading takes more than {} s of processor time.", allowance.seconds)
    if number == signal.SIGPROF:
        return ReadingEnded("Reading it takes more than {} s of processor time.", allowance.each)
    if number == signal.SIGALRM:
        return _clock(allowance)
    if number == signal.SIGKILL:
        return ReadingEnded("The system ended the reader, most likely for lack of memory.")
    if number in _CRASHES:
        name = signal.Signals(number).name
        return ReadingEnded("Reading it crashed the library that reads such files ({}).", name)
    return ReadingEnded("The reader ended unexpectedly (signal {}).", number)


def _memory(allowance: Allowance) -> ReadingEnded:
    return ReadingEnded("Reading it takes more than {} MB of memory.", allowance.memory // 2**20)


def _clock(allowance: Allowance) -> ReadingEnded:
    return ReadingEnded("Reading takes longer than {} s.", allowance.patience)
