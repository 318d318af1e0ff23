"""Ctrl-C during a command, which ends with a sentence instead of a traceback."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from aecore.compute.preload import import_keras


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


def load_keras() -> None:
    """Imports Keras whole: an import of TensorFlow that is interrupted ends in tracebacks."""
    with holding_back():
        import_keras()
