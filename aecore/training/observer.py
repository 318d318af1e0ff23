"""Observers of a training: a run folder, a progress bar, a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aecore.training.changes import Change
from aecore.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class Progress:
    """The progress of a training.

    seconds_left: None until steps have been timed. loss: as `Observer.moment` says.
    """

    stage: str
    epoch: int
    epochs: int
    fraction: float
    seconds_left: float | None
    loss: float | None


class Observer(Protocol):
    """What the training loop calls while it runs."""

    def progress(self, progress: Progress) -> None:
        """Called a few times a second."""

    def moment(self, epochs: float, loss: float | None, model, urgent: bool = False) -> None:
        """Called a few times a second, amid epochs too.

        Args:
            epochs: passed so far.
            loss: of training in the epoch so far; before the first step that of the untrained
                network on validation data, None if it was not measured.
            urgent: training ends here.
        """

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        """Called after each epoch with every term; those of validation are named `val_<name>`."""

    def stop_requested(self) -> bool:
        """Called a few times a second."""
        ...

    def pause_requested(self) -> bool:
        """Called a few times a second."""
        ...

    def requested_rate(self) -> float | None:
        """Called a few times a second; gives each requested learning rate once, otherwise None."""

    def changed(self, change: Change) -> None:
        """Called with each change that is made."""

    def checkpoint(self, take: Callable[[], Checkpoint], urgent: bool = False) -> bool:
        """Called a few times a second; `take` gives the checkpoint. Urgent: training ends here.

        Returns:
            Whether training can be resumed here; if not, it is not paused.
        """
        ...


class NoObserver:
    """An observer that does nothing, for tests and benchmarks."""

    def progress(self, progress: Progress) -> None:
        pass

    def moment(self, epochs: float, loss: float | None, model, urgent: bool = False) -> None:
        pass

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        pass

    def stop_requested(self) -> bool:
        return False

    def pause_requested(self) -> bool:
        return False

    def requested_rate(self) -> float | None:
        return None

    def changed(self, change: Change) -> None:
        pass

    def checkpoint(self, take: Callable[[], Checkpoint], urgent: bool = False) -> bool:
        return True


def check_requests(observer: Observer, take: Callable[[], Checkpoint]) -> str:
    """Checks between steps for a request to stop or pause, and offers a checkpoint.

    Returns:
        "" to continue, or why training ends here: `stopped`, or `paused` with a checkpoint.
    """
    ended = ""
    if observer.stop_requested():
        ended = "stopped"
    elif observer.pause_requested():
        ended = "paused"
    kept = observer.checkpoint(take, urgent=bool(ended))
    return "" if ended == "paused" and not kept else ended
