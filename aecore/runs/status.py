"""Where a run stands."""

from dataclasses import dataclass, fields
from typing import Any, Self

HEARTBEAT_SECONDS = 2.0
LONGEST = 2000  # characters of a text
ACTIVE = ("queued", "training", "measuring")
ENDED = ("finished", "stopped", "diverged")
UNFINISHED = (*ACTIVE, "paused", "interrupted")
STATES = (*ACTIVE, "paused", "finished", "stopped", "diverged", "failed", "interrupted")


@dataclass(frozen=True)
class Status:
    """Where a run stands. Times are seconds since 1970, durations seconds."""

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
    ticket: str = ""  # of the worker that may write here: whoever holds another one leaves
    queued: float = 0.0  # since when it waits, or waited
    warning: str = ""  # what is wrong while it goes on, such as a full disk
    memory: int = 0  # bytes of the process that trains it, and what it may take
    memory_limit: int = 0
    gpu: bool = False  # only a worker with a GPU will do

    @property
    def active(self) -> bool:
        """Whether somebody is, or will be, working on the run."""
        return self.state in ACTIVE

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """A status from named values, each of its kind.

        Raises:
            TypeError: a value cannot be; the text names it.
        """
        status = cls(**values)
        for field in fields(cls):
            if not _can_be(getattr(status, field.name), field.type):
                raise TypeError(f"{field.name} cannot be {getattr(status, field.name)!r:.80}")
        if status.state not in STATES:
            raise TypeError(f"unknown state {status.state!r:.80}")
        return status


def _can_be(value: Any, kind: Any) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if kind is str:
        return isinstance(value, str) and len(value) <= LONGEST
    if value is None:
        return kind not in (int, float)
    number = isinstance(value, int if kind is int else int | float)
    return number and not isinstance(value, bool) and abs(value) < 1e18  # which NaN is not
