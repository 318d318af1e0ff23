"""A data set as it is stored: where its samples lie in it, and the class of each step of a series.

Own sets and those that ship lie in files; of all others the test part comes after all else.
"""

from pathlib import Path

import numpy as np

from aecore.data.builtin import BUILTIN, SETS
from aecore.data.datasets import load
from aecore.data.own import is_own, own_directory
from aecore.data.splits import DataUnavailable, cut_validation, parts_of


def stored_in(key: str) -> Path:
    """The folder of a set of the user's, or of one that ships."""
    return (SETS if key in BUILTIN else own_directory()) / key


def stored_places(key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the training, validation and test samples of a data set, but for series in time.

    Raises:
        DataUnavailable: it cannot be loaded.
    """
    data = load(key)
    count = len(data.training) + len(data.validation)
    kept, held = cut_validation(count)
    if is_own(key) or key in BUILTIN:
        seen, test = parts_of(count + len(data.test))
        return seen[kept], seen[held], test
    return kept, held, count + np.arange(len(data.test))


def stored_labels(key: str) -> np.ndarray:
    """The class (n,) of each row of a table or step of a series, as `own.measured` has these.

    Raises:
        DataUnavailable: it is not on this machine.
    """
    try:
        return np.fromfile(stored_in(key) / "labels.bin", np.int32)
    except OSError as problem:
        raise DataUnavailable("The data set {!r} is not on this machine.", key) from problem
