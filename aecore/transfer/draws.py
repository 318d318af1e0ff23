"""Draws of few labelled samples, the same for everything that is compared."""

import numpy as np

DRAWS = 5
FEW = (10, 100, 1000)  # labels; then as many as there are
ALL = 5000  # labels, at most


def labelled_draw(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The places (count,) of a draw with equally many samples of each class.

    A class with too few gives all of its samples, and the others fill up. Draws of one seed
    contain each other: the first 10 places of a draw of 100 are the draw of 10.

    Args:
        labels: (n,), integers; n is at least `count`.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    return order[np.argsort(ranks(labels[order]), kind="stable")[:count]]


def ranks(labels: np.ndarray) -> np.ndarray:
    """How many samples of its class stand before each sample, (n,)."""
    found = np.zeros(len(labels), int)
    for label in np.unique(labels):
        members = labels == label
        found[members] = np.arange(members.sum())
    return found


def counts_of(available: int, classes: int) -> list[int]:
    """The numbers of labels that are tried: at least one a class, the last one all, or `ALL`."""
    most = min(available, ALL)
    return [*(count for count in FEW if classes <= count < most), most]


def draws_of(count: int, available: int) -> int:
    """How many draws of so many labels differ: one, if it takes all there are."""
    return DRAWS if count < available else 1
