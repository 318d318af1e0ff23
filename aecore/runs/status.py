"""The status of a run."""

from dataclasses import dataclass, fields
from typing import Any, Self

from aecore.models.settings import LARGEST

HEARTBEAT_SECONDS = 2.0
LONGEST = 2000  # characters of a text
FURTHEST = 1e18  # of a time or a duration; a loss that grows may be any finite number
ACTIVE = ("queued", "training", "measuring")
ENDED = ("finished", "stopped", "diverged")
UNFINISHED = (*ACTIVE, "paused", "interrupted")
STATES = (*ACTIVE, "paused", "finished", "stopped", "diverged", "failed", "interrupted")


@dataclass(frozen=True)
class Status:
    """The status of a run. Times are in seconds since 1970, durations in seconds."""

    state: str = "queued"
    stage: str = "Waiting for a worker"
    message: str = ""
    epoch: int = 0
    epochs: int = 0
    fraction: float = 0.0
    seconds_left: float | None = None
    loss: float | None = None
    created: float = 0.0
    seconds: float = 0.0
    heartbeat: float = 0.0
    ticket: str = ""  # of the worker that may write here; one with another ticket stops
    queued: float = 0.0  # when it was queued
    warning: str = ""  # a problem during training, such as a full disk
    memory: int = 0  # bytes of the training process, and its limit
    memory_limit: int = 0
    gpu: bool = False  # it needs a worker with a GPU
    device: str = ""  # what it was trained on, once it began

    @property
    def active(self) -> bool:
        """Whether the run is queued or a worker is working on it."""
        return self.state in ACTIVE

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """A status from named values, each of the right type.

        Raises:
            TypeError: a value is invalid; the text names it.
        """
        status = cls(**values)
        for field in fields(cls):
            most = LARGEST if field.name == "loss" else FURTHEST
            if not _can_be(getattr(status, field.name), field.type, most):
                raise TypeError(f"{field.name} cannot be {getattr(status, field.name)!r:.80}")
        if status.state not in STATES:
            raise TypeError(f"unknown state {status.state!r:.80}")
        return status


def _can_be(value: Any, kind: Any, most: float) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if kind is str:
        return isinstance(value, str) and len(value) <= LONGEST
    if value is None:
        return kind not in (int, float)
    number = isinstance(value, int if kind is int else int | float)
    return number and not isinstance(value, bool) and abs(value) < most  # which NaN is not
