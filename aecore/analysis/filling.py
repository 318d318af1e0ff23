"""Missing values of rows and windows, filled by a model in rounds.

In the first round a missing value is 0, which is the mean. In every further one it is what the
model gave before. A model that learnt from whole samples gains by this; one that learnt to fill
hidden values in one pass takes what it is given for measured, and gets worse. So the number of
rounds is chosen by hiding values that are known.
"""

from collections.abc import Iterator

import numpy as np

from aecore.analysis.reconstruction import reconstruct

ROUNDS = 16  # at most
TRIED = 300  # samples, to choose by
SHARES = (0.05, 0.5)  # of their values that are hidden, at least and at most


def fill_in_rounds(
    model,
    rows: np.ndarray,
    known: np.ndarray,
    layout: tuple[int, ...],
    first: np.ndarray | None = None,
) -> np.ndarray:
    """Fills the missing cells of prepared rows (n, width); all others stay as they are.

    Args:
        known: rows (m, width) in which cells are hidden to choose the number of rounds.
        layout: how many values each column has.
        first: what the model made of the rows with 0 where a cell is missing, if that is known.
    """
    holes = np.isnan(rows)
    if not holes.any():
        return rows
    share = float(holes[holes.any(axis=1)].mean())
    count = choose_rounds(model, known[:TRIED], layout, share)
    return filled(model, rows, count, first)


def filled(model, samples: np.ndarray, rounds: int, first: np.ndarray | None = None) -> np.ndarray:
    """Samples (n, ...) whose missing values are filled in some rounds; in none, with 0.

    Args:
        first: as of `fill_in_rounds`.
    """
    holes = np.isnan(samples)
    some = holes.reshape(len(samples), -1).any(axis=1)
    if not some.any():
        return samples
    inputs = np.nan_to_num(samples)
    if rounds:
        *_, inputs[some] = _rounds(
            model, samples[some], rounds, None if first is None else first[some]
        )
    return inputs


def choose_rounds(model, known: np.ndarray, layout: tuple[int, ...], share: float) -> int:
    """The rounds that fill hidden values best, up to the first that is not clearly better.

    That is: whose error is smaller by more than its standard error, for small tables have few cells
    to choose by.

    Args:
        known: rows (m, width), or windows (m, steps, channels).
        layout: how many values each column of a table has, which are hidden together; else ().
        share: of the values that are hidden.
    """
    shape = (len(known), len(layout)) if layout else known.shape
    hidden = np.random.default_rng(0).random(shape) < np.clip(share, *SHARES)
    hidden = (np.repeat(hidden, layout, axis=1) if layout else hidden) & ~np.isnan(known)
    if not hidden.any():
        return 1
    before, chosen = None, 1
    for number, filled in enumerate(_rounds(model, np.where(hidden, np.nan, known), ROUNDS), 1):
        errors = np.square(filled - known)[hidden].astype(np.float64)
        if before is not None:
            gained = before - errors
            if not gained.mean() > gained.std() / np.sqrt(len(gained)):
                break
        before, chosen = errors, number
    return chosen


def _rounds(
    model, rows: np.ndarray, count: int, first: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    holes = np.isnan(rows)
    given = reconstruct(model, np.nan_to_num(rows)) if first is None else first
    for number in range(1, count + 1):
        filled = np.where(holes, given, rows)
        yield filled
        if number < count:
            given = reconstruct(model, filled)
