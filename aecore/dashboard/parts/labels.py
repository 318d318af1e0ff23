"""What runs, their settings and the steps of preparation are called."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from aecore.data.names import visible
from aecore.models import AUTOENCODERS
from aecore.runs.label import read_label
from aecore.runs.origin import Origin
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.runs.summary import Summary
from aecore.training.differences import changed_settings
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
POLARITY_WORDS = {"auto": "Automatic", "keep": "Keep", "invert": "Invert"}
FIT_WORDS = {"fit": "Fit", "fill": "Fill", "stretch": "Stretch"}


def settings_words(key: str, settings: dict[str, Any]) -> str:
    """Settings of a type in short: 'Latent size 16 · Epochs 5'."""
    kind = AUTOENCODERS.get(key)
    if kind is None:
        return ""
    return " · ".join(f"{label_of(kind, n)} {written(v)}" for n, v in settings.items())


def run_label(run: Run) -> str:
    """How a run is called in a list: by its name, if somebody gave it one."""
    if run.shipped:
        variant = run.id.removeprefix(run.key).strip("-").replace("-", " ")
        return f"Shipped model ({variant})" if variant else "Shipped model"
    name = read_label(run.path).name
    try:
        return _label(name, run.status(), run.source.title, run.origin)
    except RunDamaged:
        return f"{name or run.id} (damaged)"


def summary_label(each: Summary) -> str:
    """The same of a run whose files were read already."""
    name = each.label.name
    if each.problem:
        return f"{name or each.id} (damaged)"
    return _label(name, each.status, each.data, each.run.origin)


def _label(name: str, status: Status, data: str, origin: Origin | None) -> str:
    state = "" if status.state == "finished" else f", {STATE_WORDS[status.state]}"
    when = time.strftime("%d %b %H:%M", time.localtime(status.created))
    if name:
        return f"{name}{state}"
    if origin:
        return f"Imported {when} · {origin.file}"
    return f"Trained {when} · {status.epoch} epochs on {data}{state}"


def run_labels(runs: Iterable[Run]) -> dict[str, str]:
    """id → label, no two the same, for a list to choose from: Streamlit tells entries by them.

    Those that would be the same, as the points of a sweep, tell their settings, too.
    """
    runs = list(runs)
    labels = {run.id: visible(run_label(run)) for run in runs}
    for describe in (_departures, lambda run: run.id[-4:]):
        times = Counter(labels.values())
        for run in runs:
            if times[labels[run.id]] > 1:
                labels[run.id] += f" · {describe(run)}"
    return labels


def _departures(run: Run) -> str:
    """What a run does otherwise than its type does by default."""
    with contextlib.suppress(RunDamaged):
        if experiment := run.experiment:
            return settings_words(run.key, changed_settings(experiment)) or "by default"
    return run.id[-4:]
