"""Results of a series: figures of the runs that were made of its experiments, here or shipped."""

import contextlib
import json
from dataclasses import dataclass

from aecore.runs.files import write_json
from aecore.runs.run import PRETRAINED, Run, RunDamaged
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.series import Series


@dataclass(frozen=True)
class Point:
    """What became of an experiment: its figures, and the run if it is here."""

    figures: dict[str, float]  # metrics of the report, `parameters`, `code_size`, last losses
    run: Run | None = None


def results(series: Series, store: RunStore) -> dict[str, Point]:
    """label → figures of those points that have been trained; own runs before shipped figures."""
    wanted = {label: experiment.to_dict() for label, experiment in series.points.items()}
    key = next(iter(series.points.values())).autoencoder.key
    made = [(entry["experiment"], Point(entry["figures"])) for entry in shipped_figures(key)]
    for run in store.runs(key)[::-1]:  # the newest comes last, and wins
        with contextlib.suppress(RunDamaged):
            if not run.usable or run.experiment is None or run.changes():
                continue  # an experiment alone determines the others
            if run.experiment.to_dict() in wanted.values():
                made.append((run.experiment.to_dict(), Point(figures(run), run)))
    found = {}
    for label, experiment in wanted.items():
        points = [point for made_of, point in made if made_of == experiment]
        if points:
            found[label] = points[-1]
    return found


def figures(run: Run) -> dict[str, float]:
    """The figures of a measured run that a table or a plot may want.

    Raises:
        RunDamaged: its report or history cannot be read.
    """
    return {name: float(values[-1]) for name, values in run.history().items()} | measured(run)


def measured(run: Run) -> dict[str, float]:
    """What a run's report tells: metrics, `parameters`, `code_size`.

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
        raise RunDamaged(f"report.npz of {run.id}: {problem!r}") from problem


def shipped_figures(key: str) -> list[dict]:
    """What ships of the series of a type: [{"experiment": …, "figures": …}]."""
    path = PRETRAINED / key / "series.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def ship_figures(key: str, made: list[tuple[Experiment, dict[str, float]]]) -> None:
    """Puts figures in the place of those that shipped before."""
    entries = [{"experiment": e.to_dict(), "figures": figures} for e, figures in made]
    write_json(PRETRAINED / key / "series.json", entries)
