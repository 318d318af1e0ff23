"""Judgements under way: each by a worker, watched by a thread of this process."""

import contextlib
import dataclasses
import threading
from collections.abc import Callable

from aecore.compute.calls import Calls
from aecore.data.refusal import Refusal
from aecore.detection.judgement import Judgement
from aecore.runs.progress import Progress, Stopped, begin, forget, read_progress, request_stop
from aecore.runs.run import Run

JUDGED_SHARE = 0.9  # of the bar; the rest is measuring
MEASURING = "Intervals by the bootstrap"
NAME = Judgement.name  # of its progress


class Judging:
    """The judgement of a run, in a thread of this process; a worker does the work.

    Stopped before a worker has begun, it has ended at once; the thread stays until the worker has
    found the request, and what judges the run next waits for that.

    Attributes:
        state: "working", "finished", "stopped" or "failed"; `problem` says why it failed.
        judgement: once the state is "finished".
    """

    def __init__(
        self,
        calls: Calls,
        run: Run,
        score: str,
        measure: Callable[[Judgement], object],
        before: "Judging | None" = None,
    ):
        self.state, self.problem = "working", None
        self.judgement: Judgement | None = None
        self._calls, self._run, self._score, self._measure = calls, run, score, measure
        self._measuring = self._asked = False
        self._before, self._lock, self._over = before, threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def progress(self) -> Progress:
        """What is being done, and the share of all that is done."""
        told = (read_progress(self._run, NAME) if self._asked else None) or Progress()
        if self._measuring:
            return dataclasses.replace(told, stage=MEASURING, fraction=JUDGED_SHARE)
        return dataclasses.replace(told, fraction=JUDGED_SHARE * told.fraction)

    def wait(self, seconds: float) -> None:
        """Waits for the end, at most so many seconds."""
        self._over.wait(seconds)

    def rest(self) -> None:
        """Waits until no worker is at it any more."""
        self._thread.join()

    @property
    def at_rest(self) -> bool:
        """Whether no worker is at it any more."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Has it stop: at once if no worker has begun, else at its next part.

        Raises:
            OSError: the request cannot be written.
        """
        with self._lock:
            if self._asked:
                request_stop(self._run, NAME)
            if not self.progress.heartbeat:
                self._end("stopped")

    def _end(self, state: str) -> None:
        if not self._over.is_set():
            self.state = state
            self._over.set()

    def _may_ask(self) -> bool:
        """Whether it is still wanted, once no worker judges this run any more."""
        if self._before is not None:
            self._before.rest()
            self._before = None
        with self._lock:
            if self._over.is_set():
                return False
            with contextlib.suppress(OSError):  # a folder that cannot be written tells no progress
                begin(self._run, NAME)
            self._asked = True
        return True

    def _work(self) -> None:
        if not self._may_ask():
            return
        state = "finished"
        try:
            self.judgement = self._calls.judge(self._run.path, self._score)
            self._measuring = True
            self._measure(self.judgement)
        except Stopped:
            state = "stopped"
        except Exception as found:  # a page shows it: a thread has nobody to raise it to
            told = found if isinstance(found, Refusal | OSError) else _Fault("{}", found)
            if not self._over.is_set():  # or it is told as stopped already
                self.problem, state = told, "failed"
        forget(self._run, NAME)
        with self._lock:
            self._end(state)  # at last: then another one may begin


class _Fault(Refusal):
    """What nobody foresaw."""


class Judgings:
    """The judgements under way on this server, one a run: every page sees the same."""

    def __init__(self):
        self._known: dict[str, Judging] = {}
        self._last: dict[str, Judging] = {}  # of each run, until no worker is at it
        self._lock = threading.Lock()

    def begin(
        self, calls: Calls, run: Run, score: str, measure: Callable[[Judgement], object]
    ) -> Judging:
        """Starts to judge a run, unless that is under way.

        Args:
            score: of a new detector; empty for the one that is kept, or else the usual score.
            measure: is called with the judgement, still in the background.
        """
        with self._lock:
            work = self._known.get(str(run.path))
            if work is None or work.state != "working":
                before = self._last.get(str(run.path))
                work = Judging(calls, run, score, measure, before)
                self._known[str(run.path)] = self._last[str(run.path)] = work
            return work

    def of(self, run: Run) -> Judging | None:
        """The judgement of a run that is under way, or the last one that was begun here."""
        return self._known.get(str(run.path))

    def forget(self, run: Run) -> None:
        """Forgets one that has ended, once its result is kept elsewhere or its end was told."""
        with self._lock:
            work = self._known.get(str(run.path))
            if work is not None and work.state != "working":
                del self._known[str(run.path)]
                if work.at_rest:
                    self._last.pop(str(run.path), None)
