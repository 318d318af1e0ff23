"""Checks of the files of an imported run."""

import dataclasses
import re

import numpy as np

from aecore.data.datasets import source
from aecore.data.kinds import kind_of
from aecore.data.own import is_own
from aecore.data.splits import DataUnavailable
from aecore.exchange.archive import FileRefused
from aecore.exchange.detector_check import check_detector_words
from aecore.exchange.plain_run import MOST_HISTORY, most_json
from aecore.runs.files import write_json
from aecore.runs.film import MOST_FRAMES, MOST_IMAGES, MOST_PLACED, OF_CODES, OF_IMAGES
from aecore.runs.label import read_label, write_label
from aecore.runs.run import Run

MOST_TERMS = 60  # columns of a history
MOST_EPOCHS = 1000  # as many as an experiment may have
_TERM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ ./-]{0,59}")


def check(run: Run) -> None:
    """Reads every file except the model and rewrites each from what was read.

    Raises:
        FileRefused, RunDamaged: the text names the file.
    """
    check_words(run)
    check_history(run)
    check_previews(run)
    check_detector_words(run)


def check_words(run: Run) -> None:
    """The JSON files: experiment or origin, data set, label and status."""
    names = {path.name for path in run.path.glob("*.json")}
    for name in names:
        if (run.path / name).stat().st_size > most_json(name):
            raise FileRefused("{} is longer than it can be.", name)
    recipe = names & {"experiment.json", "origin.json"}
    if len(recipe) != 1:
        raise FileRefused("It needs exactly one of experiment.json and origin.json.")
    if is_own(run.dataset) != ("data.json" in names):
        raise FileRefused("data.json does not match the data set {}.", run.dataset)
    if run.source.shape != run.shape:
        raise FileRefused("data.json describes samples of another size.")
    if is_own(run.dataset):
        _check_classes(run)
        write_json(run.path / "data.json", run.source.to_dict())
    if "changes.json" in names:
        changes = [dataclasses.asdict(change) for change in run.changes()]
        write_json(run.path / "changes.json", {"changes": changes})
    if "label.json" in names:
        write_label(run.path, read_label(run.path))
    status = run.status()
    if status.active:
        raise FileRefused("status.json says that it is still {}.", status.state)
    write_json(run.path / "status.json", dataclasses.asdict(status))
    words = dataclasses.asdict(run.origin) if run.origin else run.recipe.to_dict()
    write_json(run.path / recipe.pop(), words)


def _check_classes(run: Run) -> None:
    try:
        here = source(run.dataset)
    except DataUnavailable:
        return
    if here.classes != run.source.classes:
        raise FileRefused("data.json has other classes than the same data set on this machine.")


def check_history(run: Run) -> None:
    """Rows of plain numbers, one per epoch."""
    path = run.path / "history.csv"
    if not path.exists():
        return
    if path.stat().st_size > MOST_HISTORY:
        raise FileRefused("history.csv is longer than it can be.")
    history = run.history()
    if not history:
        return
    epochs = next(iter(history.values()))
    named = next(iter(history)) == "epoch" and all(map(_TERM.fullmatch, history))
    if not named or len(epochs) > MOST_EPOCHS or len(history) > MOST_TERMS:
        raise FileRefused("history.csv has columns or rows that no training writes.")
    if not all(np.isfinite(values).all() for values in history.values()):
        raise FileRefused("history.csv holds values that are not numbers.")
    if (np.diff(epochs) <= 0).any() or epochs[0] < 0:
        raise FileRefused("history.csv does not list epochs in order.")


def check_previews(run: Run) -> None:
    """The film: samples of the run's size and positions of codes, at some moments."""
    arrays = run.previews()
    if not arrays:
        return
    if set(arrays) not in (set(OF_IMAGES), {*OF_IMAGES, *OF_CODES}):
        raise FileRefused("previews.npz holds arrays that no training writes.")
    originals, epochs = arrays["originals"], arrays["epochs"]
    kept = kind_of(run.shape).reduce(np.zeros((1, *run.shape), np.float32))
    few = originals.ndim == kept.ndim and 1 <= len(originals) <= MOST_IMAGES
    counted = epochs.ndim == 1 and epochs.dtype.kind in "iuf" and 1 <= len(epochs) <= MOST_FRAMES
    if not (few and counted and _increase(epochs.astype(np.float64))):
        raise FileRefused("previews.npz does not hold the same samples at each moment.")
    shapes = {
        "originals": (len(originals), *kept.shape[1:]),
        "inputs": (len(originals), *kept.shape[1:]),
        "outputs": (len(epochs), len(originals), *kept.shape[1:]),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape or arrays[name].dtype != kept.dtype:
            raise FileRefused("previews.npz: {} are not samples of the run's size.", name)
        if np.isinf(arrays[name]).any() or (name != "originals" and np.isnan(arrays[name]).any()):
            raise FileRefused("previews.npz: some {} are no numbers.", name)
    if "places" in arrays:
        _check_codes(arrays, len(epochs), len(run.source.classes))


def _increase(epochs: np.ndarray) -> bool:
    finite = np.isfinite(epochs).all() and epochs[0] >= 0 and epochs[-1] <= MOST_EPOCHS
    return bool(finite and (np.diff(epochs) > 0).all())


def _check_codes(arrays: dict[str, np.ndarray], frames: int, classes: int) -> None:
    losses, places, labels = (arrays[name] for name in OF_CODES)
    told = losses.shape == (frames,) and losses.dtype == np.float32
    if not told or np.isinf(losses).any():
        raise FileRefused("previews.npz: losses are not a number for each moment.")
    count = len(labels) if labels.ndim == 1 else 0
    placed = places.shape == (frames, count, 2) and places.dtype == np.float16
    if not (placed and 1 <= count <= MOST_PLACED and np.isfinite(places).all()):
        raise FileRefused("previews.npz: places are not positions of some codes.")
    if labels.dtype != np.int16 or labels.min() < 0 or labels.max() >= classes:
        raise FileRefused("previews.npz: labels are not classes of the data set.")
