"""Summaries of runs for lists, read again only when a file of the run has changed."""

import dataclasses
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from aecore.data.datasets import shape_of
from aecore.data.kinds import Kind, kind_of
from aecore.runs.checkpoints import BEFORE, LAST
from aecore.runs.files import settled
from aecore.runs.label import Label, read_label
from aecore.runs.run import Run, RunDamaged
from aecore.runs.series import measured
from aecore.runs.settings import differences_of
from aecore.runs.status import Status
from aecore.runs.store import RunStore, type_of
from aecore.training.differences import changed_settings

MOST_REMEMBERED = 4096  # runs
POINTS = 40  # of a curve
DAMAGED = "damaged"

Stamps = tuple[tuple[str, int, int, int], ...]  # name, modified (ns), bytes, inode of each file


@dataclass(frozen=True)
class Summary:
    """A run in one line of a list.

    state: of its status, or "damaged"; then `problem` says what is wrong.
    settings: those that differ from its type's recipe; differences: the same in words, in short.
    figures: metrics of its report, `parameters` and `code_size`; empty before it is measured.
    losses: validation loss by epoch, at most `POINTS` of them.
    created: seconds since 1970; seconds: of training; size, checkpoints: bytes on disk.
    """

    run: Run
    key: str
    state: str = DAMAGED
    problem: str = ""
    status: Status = field(default_factory=Status)
    label: Label = field(default_factory=Label)
    dataset: str = ""
    data: str = ""  # the title of the data set
    settings: dict[str, Any] = field(default_factory=dict)
    differences: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    losses: tuple[float, ...] = ()
    created: float = 0.0
    seconds: float = 0.0
    size: int = 0
    checkpoints: int = 0
    usable: bool = False

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def kind(self) -> Kind | None:
        """The kind of its data, if that is known."""
        return kind_of(shape_of(self.dataset)) if self.dataset else None

    @property
    def error(self) -> float | None:
        """Its error, as its kind of data has it; None before it is measured."""
        return self.figures.get(self.kind.error.metric) if self.kind else None


def summaries(store: RunStore) -> list[Summary]:
    """All runs of a store, newest first, including damaged ones."""
    found = []
    for run in store.runs():
        try:
            found.append(summary(run))
        except OSError:  # deleted since it was listed
            continue
    return found


def summary(run: Run) -> Summary:
    """The summary of a run; it tells whether a file is damaged.

    Raises:
        OSError: the folder no longer exists.
    """
    stamps = _stamps(run.path)
    read = _summary if all(settled(each[1]) for each in stamps) else _summary.__wrapped__
    found = read(run.path, stamps)
    if found.status.active:
        try:
            state = run.status().state  # it depends on the time, too: the heartbeat
        except RunDamaged:
            return found
        if state != found.state and found.state != DAMAGED:
            return dataclasses.replace(found, state=state, status=run.status())
    return found


def _stamps(folder: Path) -> Stamps:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                stat = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # a temporary file that was renamed
                continue
            found.append((entry.name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(sorted(found))


@lru_cache(maxsize=MOST_REMEMBERED)
def _summary(path: Path, stamps: Stamps) -> Summary:
    run = Run(path)
    sizes = {name: size for name, _, size, _ in stamps}
    told = {
        "key": type_of(run.id),
        "label": read_label(path),
        "created": min((changed for _, changed, _, _ in stamps), default=0) / 1e9,
        "size": sum(sizes.values()),
        "checkpoints": sizes.get(LAST, 0) + sizes.get(BEFORE, 0),
    }
    try:
        for part in (_standing, _recipe, _results):
            told |= part(run)
    except RunDamaged as problem:
        told |= {"state": DAMAGED, "problem": str(problem)}
    return Summary(run, **told)


def _standing(run: Run) -> dict[str, Any]:
    status = run.status()
    if status.state == "finished" and not run.model_path.exists():
        raise RunDamaged("model.keras of {} is missing", run.id)
    return {
        "state": status.state,
        "status": status,
        "created": status.created,
        "seconds": status.seconds,
    }


def _recipe(run: Run) -> dict[str, Any]:
    experiment = run.experiment
    return {
        "key": run.key,
        "dataset": run.dataset,
        "data": run.source.title,
        "settings": changed_settings(experiment) if experiment is not None else {},
        "differences": differences_of(run),
    }


def _results(run: Run) -> dict[str, Any]:
    losses = run.history().get("val_loss", np.zeros(0))
    places = np.linspace(0, len(losses) - 1, min(len(losses), POINTS)).round().astype(int)
    figures = measured(run) if run.usable else {}
    return {
        "losses": tuple(float(loss) for loss in losses[places] if np.isfinite(loss)),
        "figures": {n: v for n, v in figures.items() if isinstance(v, int | float)},
        "usable": run.usable,
    }
