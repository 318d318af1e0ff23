"""Results of a series: the metrics of runs of its experiments, trained here or shipped."""

import contextlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from aecore.runs.control import may_resume
from aecore.runs.files import write_json
from aecore.runs.run import SHIPPED_MODELS, Run, RunDamaged
from aecore.runs.status import Status
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.sweep import Series

ENDED = ("finished", "diverged")  # of their own accord; with patience, with the best weights


@dataclass(frozen=True)
class Point:
    """An experiment of a series: its metrics if it was trained, and its run if there is one."""

    figures: dict[str, float]  # metrics of the report, `parameters`, `code_size`, losses
    run: Run | None = None
    status: Status | None = None

    @property
    def trained(self) -> bool:
        """Whether it has a result."""
        return bool(self.figures)

    @property
    def active(self) -> bool:
        """Whether it is queued or training."""
        return self.status is not None and self.status.active

    @property
    def state(self) -> str:
        """The state of its run; `shipped` if only its metrics ship with the program."""
        return self.status.state if self.status else "shipped"


def find_points(series: Series, store: RunStore) -> dict[str, Point]:
    """label → the point, for experiments that were trained, are in training or were interrupted.

    Of several runs of an experiment a finished one is preferred, then one in training; own runs are
    preferred to shipped metrics, newer runs to older ones.
    """
    labels = {_spelt(experiment.to_dict()): label for label, experiment in series.points.items()}
    key = next(iter(series.points.values())).autoencoder.key
    made = [
        (_spelt(entry["experiment"]), Point(entry["figures"])) for entry in shipped_figures(key)
    ]
    for run in store.runs(key)[::-1]:
        with contextlib.suppress(RunDamaged, OSError):
            made_of = _made_of(run.path, (run.path / "experiment.json").stat().st_mtime_ns)
            if made_of in labels and not run.changes():  # changes would be part of the result
                made.append((made_of, _point(run)))
    found: dict[str, Point] = {}
    for made_of, point in made:
        label = labels.get(made_of)
        if label is not None and (label not in found or _rank(point) >= _rank(found[label])):
            found[label] = point
    return {label: found[label] for label in series.points if label in found}


def results(series: Series, store: RunStore) -> dict[str, Point]:
    """label → the points that have a result."""
    return {label: point for label, point in find_points(series, store).items() if point.trained}


def missing(series: Series, points: dict[str, Point], store: RunStore) -> list[str]:
    """Labels of the experiments without a result, a training, or a run to resume."""
    stayed = unfinished(points, store)
    there = {label for label, point in points.items() if point.trained or point.active}
    return [label for label in series.points if label not in stayed and label not in there]


def unfinished(points: dict[str, Point], store: RunStore) -> dict[str, Point]:
    """The points whose training ended early, and that the visitor may resume."""
    return {
        label: point
        for label, point in points.items()
        if not point.trained
        and not point.active
        and point.run is not None
        and point.status is not None
        and may_resume(point.run, point.status)
        and store.may_change(point.run)
    }


def _point(run: Run) -> Point:
    status = run.status()
    # a stopped run is not the result of its experiment
    if status.state not in ENDED or not run.usable:
        return Point({}, run, status)
    return Point(_figures(run.path, (run.path / "report.npz").stat().st_mtime_ns), run, status)


@lru_cache(maxsize=4096)  # a page polls the series
def _made_of(path: Path, written: int) -> str:
    experiment = Run(path).experiment
    return _spelt(experiment.to_dict()) if experiment else ""


@lru_cache(maxsize=1024)
def _figures(path: Path, written: int) -> dict[str, float]:
    return figures(Run(path))


def _rank(point: Point) -> int:
    return 2 if point.trained else int(point.active)


def _spelt(experiment: dict) -> str:
    return json.dumps(experiment, sort_keys=True)


def figures(run: Run) -> dict[str, float]:
    """All metrics of a measured run, for tables and plots; losses are of the weights it kept.

    Raises:
        RunDamaged: its report, history or status cannot be read.
    """
    history = run.history()
    losses = {name: float(values[_kept_epoch(run, history)]) for name, values in history.items()}
    if "epoch" in history:
        losses["epoch"] = float(history["epoch"][-1])
    return losses | measured(run)


def _kept_epoch(run: Run, history: dict[str, np.ndarray]) -> int:
    """The row of the history whose weights are the model: the last, or with patience the best."""
    stops_early = run.experiment is not None and run.experiment.patience
    if stops_early and run.status().state in ENDED and "val_loss" in history:
        return int(np.argmin(history["val_loss"]))
    return -1


def measured(run: Run) -> dict[str, float]:
    """The metrics in a run's report, `parameters` and `code_size`.

    Raises:
        RunDamaged: its report cannot be read.
    """
    try:
        words = json.loads(str(run.report_arrays("words")["words"]))
        network = words["architecture"]
        return {
            **words["metrics"],
            "parameters": network["parameters"],
            "code_size": network["code_size"],
        }
    except (KeyError, TypeError, ValueError) as problem:
        raise RunDamaged("report.npz of {}: {}", run.id, repr(problem)) from problem


def shipped_figures(key: str) -> list[dict]:
    """The shipped results of the series of a type: [{"experiment": …, "figures": …}]."""
    path = SHIPPED_MODELS / key / "series.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def ship_figures(key: str, made: list[tuple[Experiment, dict[str, float]]]) -> None:
    """Replaces the shipped results."""
    entries = [{"experiment": e.to_dict(), "figures": figures} for e, figures in made]
    write_json(SHIPPED_MODELS / key / "series.json", entries)
