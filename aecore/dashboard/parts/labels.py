"""What runs, data sets, settings and the steps of preparation are called."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from aecore.data.arrays import describe_shape
from aecore.data.datasets import DataUnavailable, shape_of, source
from aecore.data.names import visible
from aecore.data.own import is_own, made_at
from aecore.models import AUTOENCODERS
from aecore.runs.label import read_label
from aecore.runs.origin import Origin
from aecore.runs.run import Run, RunDamaged
from aecore.runs.settings import differences_of
from aecore.runs.status import Status
from aecore.runs.summary import Summary
from aecore.training.sweep import written
from aecore.training.words import label_of

STATE_WORDS = {
    "queued": "queued",
    "training": "training",
    "measuring": "measuring",
    "paused": "paused",
    "finished": "finished",
    "stopped": "stopped",
    "diverged": "diverged",
    "failed": "failed",
    "interrupted": "interrupted",
    "damaged": "damaged",
}
MOST_SETTINGS = 100  # more than an experiment has
POLARITY_WORDS = {"auto": "Automatic", "keep": "Keep", "invert": "Invert"}
FIT_WORDS = {"fit": "Fit", "fill": "Fill", "stretch": "Stretch"}


def settings_words(key: str, settings: dict[str, Any]) -> str:
    """Settings of a type in short: 'Latent size 16 · Epochs 5'."""
    kind = AUTOENCODERS.get(key)
    if kind is None:
        return ""
    return " · ".join(f"{label_of(kind, n)} {written(v)}" for n, v in settings.items())


def run_label(run: Run) -> str:
    """How a run is called in a list: its name, if somebody gave it one, then what differs."""
    if run.shipped:
        variant = run.id.removeprefix(run.key).strip("-").replace("-", " ")
        return f"Shipped: {variant}" if variant else "Shipped model"
    name = read_label(run.path).name
    try:
        return _label(name, run.status(), differences_of(run), run.origin)
    except RunDamaged:
        return f"{name or run.id} (damaged)"


def summary_label(each: Summary) -> str:
    """The same of a run whose files were read already."""
    if each.problem:
        return f"{each.label.name or each.id} (damaged)"
    return _label(each.label.name, each.status, each.differences, each.run.origin)


def run_title(each: Summary) -> str:
    """What a run is called where its time and state stand beside it."""
    if each.run.shipped:
        return run_label(each.run)
    if each.problem:
        return f"{each.label.name or each.id} (damaged)"
    origin = each.run.origin
    return each.label.name or (origin.file if origin else each.differences)


def when(seconds: float) -> str:
    """A time as lists show it: '26 Nov 10:31'."""
    return time.strftime("%d %b %H:%M", time.localtime(seconds)).lstrip("0")


def _label(name: str, status: Status, differences: str, origin: Origin | None) -> str:
    told = origin.file if origin else differences
    called = f"{name} · {told}" if name else told
    state = "" if status.state == "finished" else f", {STATE_WORDS[status.state]}"
    return f"{called}, {'imported ' if origin else ''}{when(status.created)}{state}"


def run_labels(runs: Iterable[Run]) -> dict[str, str]:
    """id → label, no two the same, for a list to choose from: Streamlit tells entries by them.

    Those that would be the same, as the points of a sweep, tell all their differences.
    """
    by_id = {run.id: run for run in runs}
    return _distinct(
        {id: visible(run_label(run)) for id, run in by_id.items()},
        lambda id: visible(_all_differences(by_id[id])),
    )


def dataset_title(key: str) -> str:
    """What a data set is called: 'Pumps (8 × 3)'."""
    try:
        size = f" ({describe_shape(shape_of(key))})" if is_own(key) else ""
        return f"{visible(source(key).title)}{size}"
    except DataUnavailable:
        return f"{key} (damaged)"


def dataset_labels(keys: Iterable[str]) -> dict[str, str]:
    """key → label, no two the same; those that would be tell when they were created."""
    return _distinct({key: dataset_title(key) for key in keys}, _when_made)


def _when_made(key: str) -> str:
    with contextlib.suppress(DataUnavailable):
        return when(made_at(key))
    return ""


def _distinct(labels: dict[str, str], describe: Callable[[str], str]) -> dict[str, str]:
    """The labels, with more words after those that are the same, and at last the end of the id."""
    labels = dict(labels)
    for more in (describe, lambda id: id[-4:]):
        times = Counter(labels.values())
        for id, label in labels.items():
            told = more(id) if times[label] > 1 else ""
            if told not in label:
                labels[id] += f" · {told}"
    return labels


def labels_with_types(runs: Iterable[Run]) -> dict[str, str]:
    """The same for runs of several types, with the title of the type in front."""
    runs, labels = list(runs), {}
    for key in {run.key: None for run in runs}:
        labels |= run_labels(run for run in runs if run.key == key)
    return {run.id: f"{AUTOENCODERS[run.key].title} · {labels[run.id]}" for run in runs}


def _all_differences(run: Run) -> str:
    with contextlib.suppress(RunDamaged):
        return differences_of(run, most=MOST_SETTINGS)
    return ""
