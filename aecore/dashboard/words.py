"""Numbers as people read them."""

import re
import time

from aecore.runs.run import Run, RunDamaged

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
