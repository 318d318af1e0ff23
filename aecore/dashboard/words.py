"""Numbers as people read them."""

import time

from aecore.runs.run import Run, RunDamaged

STATE_WORDS = {
    "queued": "waiting",
    "training": "training",
    "measuring": "being measured",
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
