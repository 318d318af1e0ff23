"""Where a run stands."""

from dataclasses import dataclass

HEARTBEAT_SECONDS = 2.0
ACTIVE = ("queued", "training", "measuring")
STATES = (*ACTIVE, "finished", "stopped", "diverged", "failed", "interrupted")


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

    @property
    def active(self) -> bool:
        """Whether somebody is, or will be, working on the run."""
        return self.state in ACTIVE
