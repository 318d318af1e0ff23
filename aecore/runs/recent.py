"""Values that were used recently, as many as fit into some bytes."""

import dataclasses
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

V = TypeVar("V")


class Recent:
    """A cache that all threads share, bounded by the bytes of what it keeps, not by its number.

    A value that is larger than all of it is made anew each time.
    """

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._kept

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made by the first of several threads that ask for it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._kept:  # another thread was quicker
                    return self._kept[key][0]
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def _keep(self, key: Hashable, value: Any) -> None:
        size = bytes_of(value)
        if size > self.most_bytes:
            return
        with self._lock:
            if key in self._kept:  # two threads made it, where a third one failed to
                self.bytes -= self._kept[key][1]
            self._kept[key] = (value, size)
            self.bytes += size
            while self.bytes > self.most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self.bytes -= freed


def bytes_of(value: Any) -> int:
    """About how much memory a value takes: of plain values, arrays and dataclasses of them."""
    own = sys.getsizeof(value)
    if isinstance(value, np.ndarray):
        return max(own, value.nbytes)  # a view holds another one's memory
    if isinstance(value, dict):
        return own + sum(bytes_of(key) + bytes_of(each) for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return own + sum(map(bytes_of, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return own + bytes_of({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    return own
