"""Reads scikit-learn's digits without importing it, which would take a second.

`tests/data/test_sklearn_private.py` fails when scikit-learn moves them.
"""

import importlib.util
from pathlib import Path

import numpy as np


def first_digits(count: int) -> np.ndarray:
    """The first of the 8×8 digits as `load_digits` gives them: (count, 64), from 0 to 16.

    Raises:
        OSError, ValueError: they are in another place or format.
    """
    spec = importlib.util.find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise OSError("scikit-learn is not installed")
    path = Path(spec.origin).parent / "datasets/data/digits.csv.gz"
    return np.loadtxt(path, delimiter=",", max_rows=count, ndmin=2)[:, :64]
