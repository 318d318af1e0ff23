"""A run: one folder, whole files replaced atomically.

The folder is the only channel between the worker that trains and whoever looks on:

    experiment.json   what is trained
    status.json       where it stands, with a heartbeat
    history.csv       a row an epoch
    previews.npz      a fixed few images, rebuilt after each epoch
    checkpoint.weights.h5   weights, penalties and optimiser, while it trains
    model.keras       the model for use, loadable by Keras alone
    report.npz        the model measured on test images
    stop              there while somebody wishes the training to stop
"""

import csv
import dataclasses
import json
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from aecore.models import SettingError
from aecore.runs.files import read_arrays, write_arrays, write_json
from aecore.training.experiment import Experiment

HEARTBEAT_SECONDS = 2.0
STALE_SECONDS = 20.0
ACTIVE = ("queued", "training", "measuring")
STATES = (*ACTIVE, "finished", "stopped", "diverged", "failed", "interrupted")
PRETRAINED = Path(__file__).parent / "pretrained"


class RunDamaged(ValueError):
    """A file of a run folder is missing or cannot be read; the text names it."""


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


@dataclass(frozen=True)
class Run:
    """One run folder."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def shipped(self) -> bool:
        """Whether the run came with the program."""
        return self.path.parent == PRETRAINED

    @cached_property
    def experiment(self) -> Experiment:
        """What is trained.

        Raises:
            RunDamaged: the file is missing or does not describe an experiment.
        """
        try:
            return Experiment.from_dict(self._json("experiment.json"))
        except (SettingError, TypeError) as problem:
            raise RunDamaged(f"experiment.json of {self.id}: {problem}") from problem

    def status(self) -> Status:
        """Where it stands; an active state without a fresh heartbeat reads `interrupted`.

        Raises:
            RunDamaged: the file is missing or unreadable.
        """
        values = self._json("status.json")
        try:
            status = Status(**values)
            if status.state not in STATES:
                raise TypeError(f"unknown state {status.state!r}")
            stale = status.active and time.time() - status.heartbeat > STALE_SECONDS
        except TypeError as problem:
            raise RunDamaged(f"status.json of {self.id}: {problem}") from problem
        if stale:
            return dataclasses.replace(
                status,
                state="interrupted",
                message="The process that trained it is gone.",
            )
        return status

    def write_status(self, status: Status) -> None:
        """Replaces the status, with a fresh heartbeat."""
        write_json(
            self.path / "status.json", dataclasses.asdict(status) | {"heartbeat": time.time()}
        )

    def history(self) -> dict[str, np.ndarray]:
        """Every term by epoch: name → (epochs,). A row not yet whole is left out."""
        path = self.path / "history.csv"
        if not path.exists():
            return {}
        try:
            text = path.read_text(encoding="utf-8")
            header, *rows = csv.reader(text[: text.rfind("\n") + 1].splitlines())
            values = np.array([[float(v) for v in row] for row in rows if len(row) == len(header)])
        except (ValueError, OSError) as problem:
            raise RunDamaged(f"history.csv of {self.id}: {problem}") from problem
        return dict(zip(header, values.T, strict=True)) if len(values) else {}

    def append_history(self, epoch: int, terms: dict[str, float]) -> None:
        """Adds the row of an epoch."""
        path = self.path / "history.csv"
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if file.tell() == 0:
                writer.writerow(["epoch", *terms])
            writer.writerow([epoch, *(f"{value:.7g}" for value in terms.values())])

    def previews(self) -> dict[str, np.ndarray]:
        """`originals`, `inputs` (m, h, w, c), `outputs` (epochs, m, h, w, c), 8-bit; `epochs`."""
        return self._arrays("previews.npz")

    def write_previews(self, arrays: dict[str, np.ndarray]) -> None:
        """Replaces the previews."""
        write_arrays(self.path / "previews.npz", arrays)

    def report_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the report; empty before the run was measured."""
        return self._arrays("report.npz")

    @property
    def model_path(self) -> Path:
        """The model for use; there once the training has ended."""
        return self.path / "model.keras"

    @property
    def usable(self) -> bool:
        """Whether it has a model and its measures."""
        return self.model_path.exists() and (self.path / "report.npz").exists()

    def request_stop(self) -> None:
        """Asks whoever trains it to stop and keep what was learnt."""
        (self.path / "stop").touch()

    @property
    def stop_requested(self) -> bool:
        """Whether somebody wishes the training to stop, or took the folder away."""
        return (self.path / "stop").exists() or not self.path.exists()

    def problem(self) -> str:
        """What is wrong with the folder, in a sentence; empty if nothing is."""
        try:
            state = self.status().state
            _ = self.experiment
            self.history()
            if state in ("finished", "stopped") and not self.model_path.exists():
                return f"model.keras of {self.id} is missing"
            if self.usable:
                self.report_arrays()
        except RunDamaged as problem:
            return str(problem)
        return ""

    def _json(self, name: str) -> dict:
        try:
            value = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise RunDamaged(f"{name} of {self.id} cannot be read: {problem}") from problem
        if not isinstance(value, dict):
            raise RunDamaged(f"{name} of {self.id} does not hold named values")
        return value

    def _arrays(self, name: str) -> dict[str, np.ndarray]:
        path = self.path / name
        if not path.exists():
            return {}
        try:
            return read_arrays(path)
        except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
            raise RunDamaged(f"{name} of {self.id} cannot be read: {problem}") from problem
