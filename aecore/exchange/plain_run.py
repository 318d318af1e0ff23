"""The members of a run file as plain data, and written to files again.

The functions that read are called in a reader. What they return is written by our own code, so that
the run's folder never holds a byte of the untrusted file.
"""

import csv
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.exchange.archive import FileRefused, Limits, read_members, safe_arrays
from aecore.exchange.keras_file.reader import PlainModel, read_plain
from aecore.exchange.keras_file.weights import KERAS_MEMBERS, WEIGHTS, plain_arrays
from aecore.runs.files import write_arrays, write_json, write_text
from aecore.runs.run import Run

MOST_JSON = 2**16  # bytes
MOST_DATA = 2**23  # of data.json: a table may have a thousand columns, each with its categories
MOST_HISTORY = 2**21
MOST_ARRAYS = 512 * 2**20  # unpacked


@dataclass(frozen=True)
class PlainRun:
    """A run file: its id, JSON by file name, history.csv, arrays by file and name, and model.

    These are plain values and arrays; nothing else about them has been checked yet.
    """

    id: str
    words: dict[str, Any]
    history: str | None
    arrays: dict[str, dict[str, np.ndarray]]
    model: PlainModel

    def write(self, run: Run) -> None:
        """Writes all but the model into a run's folder."""
        for name, value in self.words.items():
            write_json(run.path / name, value)
        if self.history is not None:
            write_text(run.path / "history.csv", self.history)
        for name, arrays in self.arrays.items():
            write_arrays(run.path / name, arrays)


def most_json(name: str) -> int:
    """Bytes that a JSON file may have."""
    return MOST_DATA if name == "data.json" else MOST_JSON


def read_words(name: str, content: bytes) -> Any:
    """The content of a JSON file.

    Raises:
        FileRefused: it is too long, or not JSON.
    """
    if len(content) > most_json(name):
        raise FileRefused("{} is longer than it can be.", name)
    try:
        value = json.loads(content.decode("utf-8"))
        json.dumps(value, indent=1)
    except (ValueError, RecursionError) as problem:
        if name == "label.json":  # nothing depends on it
            return {}
        raise FileRefused("{} cannot be read: {}", name, problem) from problem
    return value


def read_history(content: bytes) -> str:
    """history.csv with the same names and numbers.

    Raises:
        FileRefused: it is too long, or not a table of numbers.
    """
    if len(content) > MOST_HISTORY:
        raise FileRefused("history.csv is longer than it can be.")
    if not content:
        return ""
    try:
        text = content.decode("utf-8")
        header, *rows = csv.reader(text[: text.rfind("\n") + 1].splitlines())
        lines = [header, *([f"{float(value):.7g}" for value in row] for row in rows)]
    except (ValueError, csv.Error) as problem:
        raise FileRefused("history.csv cannot be read: {}", problem) from problem
    return "".join(f"{','.join(line)}\n" for line in lines)


def read_npz(name: str, content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an .npz file.

    Raises:
        FileRefused: they are not plain arrays.
    """
    try:
        return safe_arrays(content, MOST_ARRAYS)
    except FileRefused as problem:
        raise FileRefused("{}: {}", name, problem) from problem


def read_weights(content: bytes, whole: bool) -> PlainModel:
    """The model of a run; its configuration only if the run was imported from a foreign model.

    Raises:
        FileRefused: it is damaged, or not a plain model.
    """
    try:
        if whole:
            return read_plain(content)
        members = read_members(content, KERAS_MEMBERS, Limits(len(KERAS_MEMBERS)))
        return PlainModel({}, plain_arrays(members.get(WEIGHTS, b"")))
    except FileRefused as problem:
        raise FileRefused("model.keras: {}", problem) from problem
