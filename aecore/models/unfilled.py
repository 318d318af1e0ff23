"""Networks of which only the shapes are wanted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def unfilled(make: Callable[[], T]) -> T:
    """What a function gives; networks that it builds have shapes and counts, but no weights.

    It runs in a thread of its own: Keras lists the variables without values by thread, and would
    allocate them all when the next network is built in the same one.
    """
    import keras

    def work() -> T:
        with keras.StatelessScope(initialize_variables=False):
            return make()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
