"""What the environment sets: every AUTOENCODER_STUDIO_ variable, read here and nowhere else.

A variable that is empty counts as not set, as in compose files. A value that cannot be used is
refused with a sentence; it is never dropped in silence.
"""

import contextlib
import math
import os
import re
from collections.abc import Callable
from pathlib import Path

from aecore.data.refusal import Refusal

RUNS = "AUTOENCODER_STUDIO_RUNS"  # directory of the runs
DATA = "AUTOENCODER_STUDIO_DATA"  # directory of the user's data sets
SLOTS = "AUTOENCODER_STUDIO_SLOTS"  # trainings at a time of our own cluster
MEMORY = "AUTOENCODER_STUDIO_MEMORY"  # gigabytes a worker may take
SCHEDULER = "AUTOENCODER_STUDIO_SCHEDULER"  # address of an existing Dask scheduler
ALL_GPUS = "AUTOENCODER_STUDIO_ALL_GPUS"  # "1": a training uses all GPUs of its machine
NAMES = "AUTOENCODER_STUDIO_NAMES"  # "1" shows who trains what
MOST_SLOTS = 64
_ADDRESS = re.compile(r"([a-z]+://)?[^\s/:]+:\d{1,5}|([a-z]+://)?\[[0-9a-fA-F:]+\]:\d{1,5}")


class VariableRefused(Refusal):
    """A variable of the environment says what cannot be used; the text names it."""


def runs_directory() -> Path:
    """Where runs are kept; by default in `runs` of the working directory."""
    return _directory(RUNS, "runs")


def data_directory() -> Path:
    """Where the user's data sets are kept; by default in `datasets` of the working directory."""
    return _directory(DATA, "datasets")


def slots() -> int:
    """How many trainings run at a time on our own workers; by default one."""
    text = _text(SLOTS) or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_SLOTS):
        raise _refused(SLOTS, f"a whole number from 1 to {MOST_SLOTS}")
    return int(text)


def memory() -> int | None:
    """Bytes that a worker may take; None if nothing is set."""
    text = _text(MEMORY)
    if not text:
        return None
    gigabytes = math.nan
    with contextlib.suppress(ValueError):
        gigabytes = float(text)
    if not 0 < gigabytes < math.inf:
        raise _refused(MEMORY, "a number of gigabytes, such as 2 or 0.5, without a unit")
    return int(gigabytes * 1e9)


def scheduler() -> str | None:
    """The address of an existing scheduler; None if the dashboard starts its own workers."""
    text = _text(SCHEDULER)
    if text and not _ADDRESS.fullmatch(text):
        raise _refused(SCHEDULER, "an address such as tcp://HOST:8786")
    return text or None


def all_gpus() -> bool:
    """Whether a training shares each batch among all GPUs of its machine."""
    return _flag(ALL_GPUS)


def names_shown() -> bool:
    """Whether visitors who log in see who trains what."""
    return _flag(NAMES)


def problems() -> list[VariableRefused]:
    """What is wrong with each variable that cannot be used."""
    found = []
    for read in READERS:
        try:
            read()
        except VariableRefused as problem:
            found.append(problem)
    return found


READERS: tuple[Callable, ...] = (
    runs_directory,
    data_directory,
    slots,
    memory,
    scheduler,
    all_gpus,
    names_shown,
)


def _text(name: str) -> str:
    return os.environ.get(name, "").strip()


def _directory(name: str, default: str) -> Path:
    path = Path(_text(name) or default).expanduser()
    if path.exists() and not path.is_dir():
        raise _refused(name, "the path of a folder")
    return path


def _flag(name: str) -> bool:
    text = _text(name) or "0"
    if text not in ("0", "1"):
        raise _refused(name, "1 or 0")
    return text == "1"


def _refused(name: str, due: str) -> VariableRefused:
    return VariableRefused(
        "The environment variable {} must be {}, not {!r}.", name, due, _text(name)
    )
