"""Numbers as people read them."""

import contextlib
import re
import time
from collections import Counter
from collections.abc import Iterable

from aecore.runs.run import Run, RunDamaged
from aecore.training.link import to_link
from aecore.training.sweep import written

STATE_WORDS = {
    "queued": "waiting",
    "training": "training",
    "measuring": "being measured",
    "paused": "paused",
    "finished": "finished",
    "stopped": "stopped",
    "diverged": "diverged",
    "failed": "failed",
    "interrupted": "interrupted",
}


def duration(seconds: float) -> str:
    """93 → '1.6 min'."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"


def count(number: int) -> str:
    """50992 → '51 k'."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number / 1e3:.0f} k"
    return f"{number / 1e6:.2f} M"


def size(count: int) -> str:
    """103347 → '103 kB'."""
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def plain(name: str) -> str:
    """A file's name without what Markdown would take for markup."""
    shown = "".join(c if c.isalnum() or c in " ./_-·:," else "?" for c in name)
    return shown.replace("//", "/")[:80]  # or an address would become a link


def escaped(sentence: str) -> str:
    """A sentence that quotes what somebody typed, so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~<>$:])", r"\\\1", sentence)


def run_label(run: Run) -> str:
    """How a run is called in a list."""
    if run.shipped:
        variant = run.id.removeprefix(run.key).strip("-").replace("-", " ")
        return f"Shipped model ({variant})" if variant else "Shipped model"
    try:
        status, title = run.status(), run.source.title
        when = time.strftime("%d %b %H:%M", time.localtime(status.created))
        if run.origin:
            return f"Imported {when} · {run.origin.file}"
        state = "" if status.state == "finished" else f", {STATE_WORDS[status.state]}"
        return f"Trained {when} · {status.epoch} epochs on {title}{state}"
    except RunDamaged:
        return f"{run.id} (damaged)"


def run_labels(runs: Iterable[Run]) -> dict[str, str]:
    """id → label, no two the same, for a list to choose from: Streamlit tells entries by them.

    Those that would be the same, as the points of a sweep, tell their settings, too.
    """
    runs = list(runs)
    labels = {run.id: run_label(run) for run in runs}
    for describe in (_settings, lambda run: run.id[-4:]):
        times = Counter(labels.values())
        for run in runs:
            if times[labels[run.id]] > 1:
                labels[run.id] += f" · {describe(run)}"
    return labels


def _settings(run: Run) -> str:
    """What a run does otherwise than its type does by default; data and epochs are told before."""
    with contextlib.suppress(RunDamaged):
        if experiment := run.experiment:
            kind = experiment.autoencoder
            given = {**vars(experiment), **vars(kind)}
            known = {**experiment.declared(), **kind.declared()}
            others = [n for n in to_link(experiment) if n not in ("dataset", "epochs")]
            return (
                ", ".join(f"{known[n].label} {written(given[n])}" for n in others) or "by default"
            )
    return run.id[-4:]
