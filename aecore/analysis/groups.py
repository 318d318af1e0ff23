"""Some samples of a set beside others: how many, how badly rebuilt, of which classes and values."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Group:
    """Some samples of a set.

    mean, median: of their errors, NaN of none. classes (c,): how many are of each class. values
    (p,): the mean of each number and the most frequent of each category, NaN where all are missing.
    """

    count: int
    mean: float
    median: float
    classes: np.ndarray
    values: np.ndarray


def group(
    errors: np.ndarray,
    labels: np.ndarray,
    classes: int,
    values: np.ndarray | None = None,
    categories: np.ndarray | None = None,
) -> Group:
    """Describes samples.

    Args:
        errors, labels (n,): of the samples. classes: how many there are in the set.
        values (n, p): columns or channels, NaN where missing.
        categories (p,): which of these are categories, as whole numbers.
    """
    values = np.zeros((len(errors), 0)) if values is None else values
    told = np.zeros(values.shape[1], bool) if categories is None else categories
    found = np.full(values.shape[1], np.nan)
    for at, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if len(known):
            found[at] = _commonest(known) if told[at] else known.mean(dtype=np.float64)
    return Group(
        len(errors),
        float(errors.mean()) if len(errors) else np.nan,
        float(np.median(errors)) if len(errors) else np.nan,
        np.bincount(labels, minlength=classes),
        found,
    )


def _commonest(values: np.ndarray) -> float:
    found, counts = np.unique(values, return_counts=True)
    return float(found[counts.argmax()])
