"""Ctrl-C during a command, which ends with a sentence instead of a traceback."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

from aecore.compute.preload import import_keras

STDERR = 2  # its descriptor
WAITS = b"\nEnding after this step; press Ctrl-C again to end at once.\n"


@contextlib.contextmanager
def holding_back() -> Iterator[None]:
    """Delays Ctrl-C until the end of the context."""
    if threading.current_thread() is not threading.main_thread():  # which alone hears it
        yield
        return
    pressed = []
    heard = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)
    if pressed:
        raise KeyboardInterrupt


@contextlib.contextmanager
def noticing() -> Iterator[Callable[[], None]]:
    """A context in which the first Ctrl-C waits for a call of `check`, and a second does not.

    An exception raised in the midst of TensorFlow's C++ code can damage its memory. Libraries also
    swallow or rename it: Keras has bare `except` clauses, Python ignores what is raised while an
    object is deleted, and C code that calls back into Python may raise an error of its own.

    Yields:
        `check`, to call now and then: it raises KeyboardInterrupt if Ctrl-C was pressed.
    """
    pressed = []

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    heard = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or heard is not signal.default_int_handler:  # ignored in the background
        yield check
        return

    def hear(*_) -> None:
        pressed.append(True)
        if len(pressed) > 1:
            raise KeyboardInterrupt
        with contextlib.suppress(OSError):  # nobody reads it
            os.write(STDERR, WAITS)  # Python's own stream may be in the midst of a line

    signal.signal(signal.SIGINT, hear)
    try:
        yield check
        check()
    except Exception:
        check()
        raise
    finally:
        signal.signal(signal.SIGINT, heard)


def load_keras() -> None:
    """Imports Keras whole: an import of TensorFlow that is interrupted ends in tracebacks."""
    with holding_back():
        import_keras()
