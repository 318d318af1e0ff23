"""Limits the readers that run at a time: a few in total, and one per visitor."""

import contextlib
import threading
from collections.abc import Callable, Iterator

MOST_READERS = 8
LOOK_SECONDS = 0.1


class Places:
    """First come, first served, except for visitors who already have a reader."""

    def __init__(self, most: int):
        self.most = most
        self._changed = threading.Condition()
        self._waiting: dict[object, str] = {}  # in their order
        self._taken: dict[object, str] = {}

    @contextlib.contextmanager
    def taken(self, by: str, look: Callable[[], None]) -> Iterator[None]:
        """A context with a place for a visitor; `look` is called while waiting for one."""
        ticket = object()
        with self._changed:
            self._waiting[ticket] = by
        try:
            while not self._enter(ticket):
                look()
            yield
        finally:
            with self._changed:
                self._waiting.pop(ticket, None)
                self._taken.pop(ticket, None)
                self._changed.notify_all()

    def _enter(self, ticket: object) -> bool:
        """Waits briefly for the turn of a ticket."""
        with self._changed:
            if not self._may(ticket):
                self._changed.wait(LOOK_SECONDS)
            if may := self._may(ticket):
                self._taken[ticket] = self._waiting.pop(ticket)
                self._changed.notify_all()
            return may

    def _may(self, ticket: object) -> bool:
        if len(self._taken) >= self.most:
            return False
        at_work = {by for by in self._taken.values() if by}
        return next((one for one, by in self._waiting.items() if by not in at_work), 0) is ticket


PLACES = Places(MOST_READERS)
