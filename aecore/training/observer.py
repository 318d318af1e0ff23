"""Who looks on while a model trains: a run folder, a progress bar, a test."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """Where a training stands. `seconds_left` is None until steps have been timed."""

    stage: str
    epoch: int
    epochs: int
    fraction: float
    seconds_left: float | None
    loss: float | None


class Observer(Protocol):
    """The training loop's view of whoever looks on."""

    def progress(self, progress: Progress) -> None:
        """Called a few times a second."""

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        """Called after each epoch with every term, held-out ones as `val_<name>`."""

    def stop_requested(self) -> bool:
        """Asked a few times a second."""


class NoObserver:
    """Looks away, for tests and benchmarks."""

    def progress(self, progress: Progress) -> None:
        pass

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        pass

    def stop_requested(self) -> bool:
        return False
