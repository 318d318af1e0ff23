"""The queue of trainings, with fair shares for all visitors."""

import itertools
import threading
from collections import Counter
from dataclasses import dataclass

JOB, GPU = "jobs", "gpu"  # Dask resources that a worker has and a training needs


@dataclass(frozen=True)
class Turn:
    """A queued training: the run's ticket, its visitor ("" without logins), and its resource."""

    ticket: str
    by: str = ""
    needs: str = JOB


class FairQueue:
    """Free slots go to the visitor with the fewest trainings, then to the one served longest ago.

    The trainings of each visitor keep their order.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []
        self._served: dict[str, int] = {}  # visitor → number of the last turn
        self._number = itertools.count(1)

    def enter(self, turn: Turn) -> None:
        """Adds a turn at the end."""
        with self._lock:
            self._waiting.append(turn)

    def leave(self, turn: Turn) -> None:
        """Removes a turn, whether it is queued, running or gone."""
        with self._lock:
            for turns in (self._waiting, self._running):
                if turn in turns:
                    turns.remove(turn)

    def prefer(self, ticket: str) -> None:
        """Moves a turn before the others of the same visitor."""
        with self._lock:
            for turn in [turn for turn in self._waiting if turn.ticket == ticket]:
                first = next(other for other in self._waiting if other.by == turn.by)
                self._waiting.remove(turn)
                at = self._waiting.index(first) if first != turn else 0
                self._waiting.insert(at, turn)

    def begin(self, slots: dict[str, int]) -> list[Turn]:
        """The turns that start now, given the number of slots of each kind."""
        with self._lock:
            begun = []
            for turn in self._order():
                running = sum(other.needs == turn.needs for other in self._running)
                if running < slots.get(turn.needs, 0):
                    self._waiting.remove(turn)
                    self._running.append(turn)
                    self._served[turn.by] = next(self._number)
                    begun.append(turn)
            return begun

    def order(self) -> list[str]:
        """The queued tickets, in the order in which they will start."""
        with self._lock:
            return [turn.ticket for turn in self._order()]

    def _order(self) -> list[Turn]:
        left, ordered = list(self._waiting), []
        busy, served = Counter(turn.by for turn in self._running), dict(self._served)
        number = max(served.values(), default=0)
        while left:
            turn = min(left, key=lambda turn: (busy[turn.by], served.get(turn.by, 0)))
            left.remove(turn)  # the first of equals: `min` keeps the order
            ordered.append(turn)
            number += 1
            busy[turn.by] += 1
            served[turn.by] = number
        return ordered
