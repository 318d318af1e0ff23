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

    Attributes:
        state: "working", "finished", "stopped" or "failed"; `problem` says why it failed.
        judgement: once the state is "finished".
    """

    def __init__(self, calls: Calls, run: Run, score: str, measure: Callable[[Judgement], object]):
        self.state, self.problem = "working", None
        self.judgement: Judgement | None = None
        self._calls, self._run, self._score, self._measure = calls, run, score, measure
        self._measuring = False
        with contextlib.suppress(OSError):  # a folder that cannot be written tells no progress
            begin(run, NAME)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def progress(self) -> Progress:
        """What is being done, and the share of all that is done."""
        told = read_progress(self._run, NAME) or Progress()
        if self._measuring:
            return dataclasses.replace(told, stage=MEASURING, fraction=JUDGED_SHARE)
        return dataclasses.replace(told, fraction=JUDGED_SHARE * told.fraction)

    def wait(self, seconds: float) -> None:
        """Waits for the end, at most so many seconds."""
        self._thread.join(seconds)

    def stop(self) -> None:
        """Has it stop at its next part.

        Raises:
            OSError: the request cannot be written.
        """
        request_stop(self._run, NAME)

    def _work(self) -> None:
        state = "finished"
        try:
            self.judgement = self._calls.judge(self._run.path, self._score)
            self._measuring = True
            self._measure(self.judgement)
        except Stopped:
            state = "stopped"
        except Exception as found:  # a page shows it: a thread has nobody to raise it to
            told = found if isinstance(found, Refusal | OSError) else _Fault("{}", found)
            self.problem, state = told, "failed"
        forget(self._run, NAME)
        self.state = state  # at last: then another one may begin


class _Fault(Refusal):
    """What nobody foresaw."""


class Judgings:
    """The judgements under way on this server, one a run: every page sees the same."""

    def __init__(self):
        self._known: dict[str, Judging] = {}
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
                work = self._known[str(run.path)] = Judging(calls, run, score, measure)
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
