"""A run: one folder, whose files are replaced atomically.

The folder is the only channel between the process that trains and everything else:

    experiment.json   what is trained
    data.json         its data set, if that is one of the user's own
    owner.json        its owner, where visitors log in
    origin.json       instead of an experiment: the origin of an imported model
    label.json        its name, note and tags
    status.json       its state and progress, with a heartbeat
    history.csv       a row per epoch
    previews.npz      a few images and codes at moments of the training: its film
    changes.json      changes made during training
    continued.json    its status and changes before it was queued for more epochs or a restart
    checkpoint.npz    all that is needed to resume; checkpoint-before.npz: the previous one
    model.keras       the model for use, loadable by Keras alone
    report.npz        the model measured on test images
    study-<name>.npz  analyses of its type, its judgement, what its code is worth
    measuring-<name>.json, .stop  how far a measurement of that is, and a request to stop it
    detector.json     its score and threshold; detector.npz: what the score learnt
    stop, pause, restart  present while that is requested
    learning-rate     present while another one is requested
"""

import csv
import dataclasses
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from aecore.data.datasets import SOURCES, shape_of
from aecore.data.refusal import Refusal
from aecore.data.splits import Source
from aecore.models import SettingError
from aecore.runs.files import read_arrays, read_json, write_arrays, write_json, write_text
from aecore.runs.origin import Origin
from aecore.runs.status import Status
from aecore.training.changes import Change
from aecore.training.experiment import Experiment

STALE_SECONDS = 20.0
SHIPPED_MODELS = Path(__file__).parents[1] / "shipped" / "models"


class RunDamaged(Refusal):
    """A file of a run folder is missing or cannot be read; the text names it."""


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
        return self.path.parent == SHIPPED_MODELS

    @cached_property
    def experiment(self) -> Experiment | None:
        """The experiment; None for an imported model.

        Raises:
            RunDamaged: the file is missing or does not describe an experiment.
        """
        if self.origin is not None:
            return None
        try:
            return Experiment.from_saved(self.read_json("experiment.json"))
        except (SettingError, TypeError) as problem:
            raise RunDamaged("experiment.json of {}: {}", self.id, problem) from problem

    @property
    def recipe(self) -> Experiment:
        """The experiment of a run that was trained here; RunDamaged if it was not."""
        if self.experiment is None:
            raise RunDamaged("{} was not trained here.", self.id)
        return self.experiment

    @cached_property
    def origin(self) -> Origin | None:
        """Where the model came from, if it was not trained here; RunDamaged if unreadable."""
        if not (self.path / "origin.json").exists():
            return None
        try:
            return Origin(**self.read_json("origin.json"))
        except TypeError as problem:
            raise RunDamaged("origin.json of {}: {}", self.id, problem) from problem

    @property
    def key(self) -> str:
        """The key of its type."""
        return self.origin.type if self.origin else self.recipe.autoencoder.key

    @property
    def dataset(self) -> str:
        """The key of its data set."""
        return self.origin.dataset if self.origin else self.recipe.dataset

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its samples."""
        return shape_of(self.dataset)

    @cached_property
    def source(self) -> Source:
        """The description of its data set, available even if the data set is not.

        Raises:
            RunDamaged: the file that describes a set of the user's is missing or unreadable.
        """
        if self.dataset in SOURCES:
            return SOURCES[self.dataset]
        try:
            return Source.from_dict(self.read_json("data.json"))
        except ValueError as problem:
            raise RunDamaged("data.json of {}: {}", self.id, problem) from problem

    @property
    def corruption(self) -> tuple[str, float]:
        """Kind and strength of the corruption it was trained with."""
        if self.origin or self.recipe.corruption == "none":
            return "none", 0.0
        return self.recipe.corruption, self.recipe.corruption_strength

    def status(self) -> Status:
        """Its status; an active state without a fresh heartbeat reads `interrupted`.

        Raises:
            RunDamaged: the file is missing or unreadable.
        """
        status = self.written_status()
        # a heartbeat in the future is not fresh: the clock was set back
        if status.active and abs(time.time() - status.heartbeat) > STALE_SECONDS:
            gone = "The training process is gone."
            return dataclasses.replace(status, state="interrupted", message=gone)
        return status

    def written_status(self) -> Status:
        """Its status as it was last written, however long ago; RunDamaged like `status`."""
        try:
            return Status.from_dict(self.read_json("status.json"))
        except TypeError as problem:
            raise RunDamaged("status.json of {}: {}", self.id, problem) from problem

    def write_status(self, status: Status) -> None:
        """Replaces the status, with a fresh heartbeat."""
        values = dataclasses.asdict(status) | {"heartbeat": time.time()}
        write_json(self.path / "status.json", values)

    def history(self) -> dict[str, np.ndarray]:
        """Every term by epoch: name → (epochs,). An incomplete last row is left out."""
        path = self.path / "history.csv"
        if not path.exists() or not path.stat().st_size:
            return {}
        try:
            text = path.read_text(encoding="utf-8")
            header, *rows = csv.reader(text[: text.rfind("\n") + 1].splitlines())
            values = np.array([[float(v) for v in row] for row in rows if len(row) == len(header)])
        except (ValueError, OSError, csv.Error) as problem:
            raise RunDamaged("history.csv of {}: {}", self.id, problem) from problem
        return dict(zip(header, values.T, strict=True)) if len(values) else {}

    def write_history(self, rows: list[dict[str, float]]) -> None:
        """Replaces the history: a row per epoch."""
        lines = [("epoch", *rows[0])] if rows else []
        for epoch, terms in enumerate(rows, 1):
            lines.append((str(epoch), *(f"{value:.7g}" for value in terms.values())))
        write_text(self.path / "history.csv", "".join(f"{','.join(line)}\n" for line in lines))

    def previews(self) -> dict[str, np.ndarray]:
        """The arrays of its film (`aecore.runs.film`)."""
        return self._arrays("previews.npz")

    def write_previews(self, arrays: dict[str, np.ndarray]) -> None:
        """Replaces the film."""
        write_arrays(self.path / "previews.npz", arrays)

    def report_arrays(self, only: str = "") -> dict[str, np.ndarray]:
        """The arrays of the report, or only one of them; empty before the run is measured."""
        return self._arrays("report.npz", only)

    def study_path(self, name: str) -> Path:
        """The file of a study of the model."""
        return self.path / f"study-{name}.npz"

    def study_arrays(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of a study; empty before it is made."""
        return self._arrays(self.study_path(name).name)

    @property
    def model_path(self) -> Path:
        """The file of the trained model, which is written when training ends."""
        return self.path / "model.keras"

    @property
    def usable(self) -> bool:
        """Whether it has a model and its report."""
        return self.model_path.exists() and (self.path / "report.npz").exists()

    def changes(self) -> tuple[Change, ...]:
        """What was changed while it trained, part of the recipe; RunDamaged if unreadable."""
        if not (self.path / "changes.json").exists():
            return ()
        try:
            return tuple(map(Change.from_dict, self.read_json("changes.json")["changes"]))
        except (KeyError, TypeError) as problem:
            raise RunDamaged("changes.json of {}: {}", self.id, problem) from problem

    def add_change(self, change: Change, last: int | None = None) -> None:
        """Records a change; with `last`, earlier ones after that step are dropped."""
        kept = [each for each in self.changes() if last is None or each.step <= last]
        changes = map(dataclasses.asdict, (*kept, change))
        write_json(self.path / "changes.json", {"changes": list(changes)})

    def problem(self) -> str:
        """What is wrong with the folder, in a sentence; empty if it is sound."""
        try:
            _ = self.experiment, self.source, self.changes(), self.history()
            if self.status().state == "finished" and not self.model_path.exists():
                return f"model.keras of {self.id} is missing"
            if self.usable:
                self.report_arrays()
        except RunDamaged as problem:
            return str(problem)
        return ""

    def read_json(self, name: str) -> dict:
        """The named values in one of its JSON files.

        Raises:
            RunDamaged: it is missing or unreadable.
        """
        try:
            value = read_json(self.path / name)
        except (OSError, ValueError, RecursionError) as problem:
            if not self.path.exists():
                raise RunDamaged("{} no longer exists.", self.id) from problem
            raise RunDamaged("{} of {} cannot be read: {}", name, self.id, problem) from problem
        if not isinstance(value, dict):
            raise RunDamaged("{} of {} does not hold named values", name, self.id)
        return value

    def _arrays(self, name: str, only: str = "") -> dict[str, np.ndarray]:
        path = self.path / name
        if not path.exists():
            return {}
        try:
            return read_arrays(path, only)
        except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
            raise RunDamaged("{} of {} cannot be read: {}", name, self.id, problem) from problem
