"""Sweeps on disk: one file each, in a hidden folder beside the runs.

A file holds the definition of a sweep. Its results are in the runs alone: a point is found by its
experiment, so that an earlier run is used again, and a deleted one is missing.
"""

import json
import re
import secrets
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from aecore.data.datasets import source
from aecore.data.learnt import learnt_size
from aecore.data.refusal import Refusal
from aecore.data.splits import DataUnavailable
from aecore.models.settings import SettingError
from aecore.runs.files import write_json, write_whole
from aecore.runs.owner import Visitor
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import NotFound, RunStore
from aecore.training.experiment import Experiment
from aecore.training.sweep import Sweep

FOLDER = ".sweeps"  # hidden, unlike runs
LARGEST_FILE = 200_000  # bytes
OWNER = "owner"  # the id of its owner, where visitors log in
RECENT = 5  # trainings from which durations are estimated
_STAMP = "%Y%m%d-%H%M%S"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}", re.ASCII)


class SweepDamaged(Refusal):
    """The file of a sweep cannot be read; the text names it."""


@dataclass(frozen=True)
class SweepFile:
    """The file of one sweep."""

    path: Path

    @property
    def id(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def made(self) -> float:
        """When it was made, in seconds since 1970."""
        try:
            return time.mktime(time.strptime(self.id[:15], _STAMP))
        except (ValueError, OverflowError):
            return 0.0

    @property
    def log(self) -> Path:
        """The log of a process that trains it in the background."""
        return self.path.with_suffix(".log")

    def read(self) -> Sweep:
        """The sweep.

        Raises:
            SweepDamaged: the file no longer exists, or is not a sweep.
        """
        values = self._values()
        values.pop(OWNER, None)
        try:
            return Sweep.from_dict(values)
        except (SettingError, TypeError) as problem:
            raise SweepDamaged("The sweep {} cannot be read: {}", self.id, problem) from problem

    def is_shown_to(self, visitor: Visitor | None) -> bool:
        """Whether a visitor may see it; None where nobody logs in."""
        if visitor is None:
            return True
        try:
            return self._values().get(OWNER, visitor.id) == visitor.id
        except SweepDamaged:  # its owner is unknown
            return False

    def _values(self) -> dict:
        try:
            with self.path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
            if len(content) > LARGEST_FILE:
                raise ValueError("it is too large")
            values = json.loads(content)
        except (OSError, ValueError, RecursionError) as problem:
            raise SweepDamaged("The sweep {} cannot be read: {}", self.id, problem) from problem
        if not isinstance(values, dict):
            raise SweepDamaged("The sweep {} does not hold named values.", self.id)
        return values


def keep_sweep(sweep: Sweep, store: RunStore) -> SweepFile:
    """Saves a new sweep, owned by the store's visitor if there is one.

    Raises:
        DataUnavailable: its data set is not on this machine.
        SettingError: its file would be too large.
    """
    for dataset in {experiment.dataset for experiment in sweep.series.points.values()}:
        source(dataset)
    if len(json.dumps(sweep.to_dict(), indent=1)) > LARGEST_FILE // 2:
        raise SettingError("axes", "These are too many values to save.")
    folder = store.directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{time.strftime(_STAMP)}-{secrets.token_hex(2)}.json"
    owned = {OWNER: store.visitor.id} if store.visitor else {}
    write_json(path, sweep.to_dict() | owned)
    return SweepFile(path)


def kept_sweeps(store: RunStore) -> list[SweepFile]:
    """The sweeps that the store's visitor may see, newest first, including damaged ones."""
    found = (store.directory / FOLDER).glob("*.json")
    files = [SweepFile(path) for path in found if _ID.fullmatch(path.stem)]
    shown = [file for file in files if file.is_shown_to(store.visitor)]
    return sorted(shown, key=lambda file: file.id, reverse=True)


def find_sweep(id: str, store: RunStore) -> SweepFile:
    """A sweep by its id.

    Raises:
        NotFound: there is none.
    """
    path = store.directory / FOLDER / f"{id}.json"
    if _ID.fullmatch(id or "") and path.is_file():
        file = SweepFile(path)
        if file.is_shown_to(store.visitor):
            return file
    raise NotFound("There is no sweep {!r:.80}.", id)


def delete_sweep(file: SweepFile) -> None:
    """Deletes a sweep, not its runs."""
    file.path.unlink(missing_ok=True)
    file.log.unlink(missing_ok=True)


def put_sweep_back(file: SweepFile, content: bytes) -> None:
    """Restores the file of a deleted sweep as it was: its id, owner and definition."""
    write_whole(file.path, lambda partial: partial.write_bytes(content))


def expected_seconds(experiments: list[Experiment], store: RunStore) -> float | None:
    """The mean duration of these trainings, estimated from finished runs of their type and data.

    Returns:
        Seconds, or None without such runs.
    """
    key, paces = experiments[0].autoencoder.key, {}
    for run in store.runs(key):
        made = _pace(run)
        if made is not None:
            paces.setdefault(made[0], []).append(made[1])
    times = []
    for experiment in experiments:
        if experiment.dataset not in paces:
            return None
        pace = statistics.median(paces[experiment.dataset][:RECENT])
        whole = learnt_size(experiment.dataset, source(experiment.dataset), experiment.normal)
        times.append(pace * _images_seen(experiment, experiment.epochs, whole))
    return statistics.fmean(times)


def _pace(run: Run) -> tuple[str, float] | None:
    """A finished run's data set, and its training time per image in seconds."""
    try:
        status = run.status()
        if run.origin or run.changes() or status.state != "finished" or not status.seconds:
            return None
        recipe = run.recipe
        whole = learnt_size(run.dataset, run.source, recipe.normal)
        seen = _images_seen(recipe, status.epoch, whole)
        return run.dataset, status.seconds / seen
    except (RunDamaged, DataUnavailable):
        return None


def _images_seen(experiment: Experiment, epochs: int, whole: int) -> int:
    return max(1, epochs * min(experiment.samples or whole, whole))
