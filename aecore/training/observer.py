"""Who looks on while a model trains: a run folder, a progress bar, a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aecore.training.changes import Change
from aecore.training.checkpoint import Checkpoint


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
        ...

    def pause_requested(self) -> bool:
        """Asked a few times a second."""
        ...

    def wanted_rate(self) -> float | None:
        """Asked a few times a second: a learning rate that is wished for, once."""

    def changed(self, change: Change) -> None:
        """Told what was changed at a step."""

    def checkpoint(self, take: Callable[[], Checkpoint], urgent: bool = False) -> None:
        """Called a few times a second; `take` gives what to keep. Urgent: training ends here."""


class NoObserver:
    """Looks away, for tests and benchmarks."""

    def progress(self, progress: Progress) -> None:
        pass

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        pass

    def stop_requested(self) -> bool:
        return False

    def pause_requested(self) -> bool:
        return False

    def wanted_rate(self) -> float | None:
        return None

    def changed(self, change: Change) -> None:
        pass

    def checkpoint(self, take: Callable[[], Checkpoint], urgent: bool = False) -> None:
        pass


def heed(observer: Observer, take: Callable[[], Checkpoint]) -> str:
    """What is done between steps: a checkpoint, if it is time.

    Returns:
        "" to go on, or why training ends here: `stopped` or `paused`.
    """
    ended = ""
    if observer.stop_requested():
        ended = "stopped"
    elif observer.pause_requested():
        ended = "paused"
    observer.checkpoint(take, urgent=bool(ended))
    return ended
