"""JSON and arrays between two processes, in a format that cannot carry code.

A frame is the length of its header (4 bytes), the header (JSON: the words, and name, dtype and
shape of each array), then the bytes of the arrays one after the other. Nothing is trusted: what
arrives is checked against limits before memory is allocated for it.
"""

import json
import math
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from aecore.data.refusal import Refusal

MOST_HEADER = 16 * 2**20  # bytes
MOST_AXES = 16
_DTYPE = re.compile(r"[|<](b1|u[1248]|i[1248]|f[248]|U[1-9]\d{0,8})")
_LARGEST_CHARACTER = 0x10FFFF


class WireError(Refusal):
    """What arrived is not a frame, or too large."""


class Line:
    """One end of a connection.

    Args:
        end: a connected stream socket.
        wait: called before each step that may block, with whether it reads; may raise.
        most: bytes of arrays that may arrive in total.
    """

    def __init__(
        self,
        end: socket.socket,
        wait: Callable[[bool], None] = lambda reads: None,
        most: int = 2**40,
    ):
        self._end, self._wait, self._left = end, wait, most

    def send(self, words: Any, arrays: Mapping[str, np.ndarray] | None = None) -> None:
        """Sends plain JSON values, and arrays by name.

        Raises:
            OSError: the other end is gone.
        """
        described, parts = [], []
        for name, values in (arrays or {}).items():
            values = np.asarray(values, values.dtype.newbyteorder("<"), order="C")
            described.append([name, values.dtype.str, list(values.shape)])
            parts.append(_bytes_of(values))
        header = json.dumps({"words": words, "arrays": described}).encode()
        self._push(memoryview(len(header).to_bytes(4, "little") + header))
        for part in parts:
            self._push(part)

    def receive(self) -> tuple[Any, dict[str, np.ndarray]]:
        """The next frame: its words, and its arrays by name.

        Raises:
            EOFError: the other end is gone.
            WireError: it is not a frame, or too large.
        """
        length = int.from_bytes(self._take(4), "little")
        if length > MOST_HEADER:
            raise WireError("a header is too long")
        try:
            header = json.loads(self._take(length))
            words, described = header["words"], header["arrays"]
            checked = [_checked(*entry) for entry in described]
        except WireError:
            raise
        except (ValueError, TypeError, KeyError, RecursionError) as problem:
            raise WireError("a header is damaged") from problem
        return words, {name: self._array(dtype, shape) for name, dtype, shape in checked}

    def send_file(self, name: str | None, content: bytes) -> None:
        """Sends a file; a name of None means that there is none."""
        self.send([name, len(content)])
        self._push(memoryview(content))

    def receive_file(self) -> tuple[str | None, bytes]:
        """The name and content of a file, whose declared length is trusted."""
        (name, size), _ = self.receive()
        return name, self._take(size)

    def _array(self, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        self._left -= math.prod(shape) * np.dtype(dtype).itemsize
        if self._left < 0:
            raise WireError("its arrays are too large")
        values = np.empty(shape, dtype)
        self._fill(_bytes_of(values))
        if dtype[1] == "U" and values.size:
            if values.reshape(-1).view(np.uint32).max() > _LARGEST_CHARACTER:
                raise WireError("a text is invalid")
        elif dtype[1] == "b" and values.size and values.view(np.uint8).max() > 1:
            raise WireError("a boolean is invalid")
        return values

    def _push(self, part: memoryview) -> None:
        while part:
            self._wait(False)
            part = part[self._end.send(part) :]

    def _take(self, count: int) -> bytes:
        """Received bytes in one piece, without a copy where the system allows it."""
        pieces = []
        while count:
            self._wait(True)
            piece = self._end.recv(count, socket.MSG_WAITALL)
            if not piece:
                raise EOFError
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)  # which copies nothing if there is one

    def _fill(self, part: memoryview) -> None:
        while part:
            self._wait(True)
            count = self._end.recv_into(part)
            if not count:
                raise EOFError
            part = part[count:]


def _bytes_of(values: np.ndarray) -> memoryview:
    """The memory of a contiguous array."""
    return values.reshape(-1).view(np.uint8).data if values.size else memoryview(b"")


def _checked(name: Any, dtype: Any, shape: Any) -> tuple[str, str, tuple[int, ...]]:
    """An array's description in a header, if it is possible."""
    plain = isinstance(name, str) and isinstance(dtype, str) and isinstance(shape, list)
    if not plain or len(shape) > MOST_AXES:
        raise WireError("an array is not described")
    if any(type(side) is not int or not 0 <= side < 2**40 for side in shape):
        raise WireError("an array has an impossible side")
    if not _DTYPE.fullmatch(dtype):
        raise WireError("an array has no plain dtype")
    if math.prod(max(1, side) for side in shape) >= 2**40:
        raise WireError("an array has an impossible shape")
    return name, dtype, tuple(shape)
