"""How well rows of a table are reconstructed: as a whole, and by column."""

from dataclasses import dataclass

import numpy as np

LEAST = 1e-7  # probabilities are kept this far from 0 before logarithms, as in Keras


@dataclass(frozen=True)
class ColumnErrors:
    """By column of a table: what its reconstruction is worth, over the rows where it is known.

    scores (columns,): R² of a number, accuracy of a category; NaN where that cannot be told.
    usual (columns,): the same of always giving the mean, which is 0, or the most frequent category.
    errors (columns,): root mean squared error of a number in standard deviations, share of wrong
    categories.
    """

    scores: np.ndarray
    usual: np.ndarray
    errors: np.ndarray


def nothing_known(samples: np.ndarray) -> np.ndarray:
    """Which samples (n, ...) have no known value, so that there is nothing to score; (n,), bool."""
    return np.asarray(np.isnan(samples).all(axis=tuple(range(1, samples.ndim))))


def hidden_values(
    samples: np.ndarray, inputs: np.ndarray, layout: tuple[int, ...] = ()
) -> np.ndarray:
    """Which values belong to cells that masking hid, of a category all of them; bool, as samples.

    Args:
        inputs: the same samples, hidden values at 0. layout: of a table; else each value is a cell.
    """
    changed = (inputs != samples) & ~np.isnan(samples)
    if not layout:
        return changed
    first = np.cumsum((0, *layout[:-1]))
    return np.repeat(np.logical_or.reduceat(changed, first, axis=1), layout, axis=1)


def usual_values(samples: np.ndarray, layout: tuple[int, ...] = ()) -> np.ndarray:
    """What stands for the unknown, of each value: 0, the mean, or the share of a category's value.

    Args:
        samples: prepared (n, ...). layout: of a table.
    """
    found = np.zeros(samples.shape[1:])
    for end, width in zip(np.cumsum(layout), layout, strict=True):
        if width > 1:
            known = samples[:, end - width : end]
            known = known[~np.isnan(known[:, 0])]
            found[end - width : end] = known.mean(axis=0) if len(known) else 1 / width
    return found


def row_errors(rows: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Mean squared error over the known values of each row or window; (n, …) twice → (n,)."""
    rows, outputs = rows.reshape(len(rows), -1), outputs.reshape(len(rows), -1)
    known = ~np.isnan(rows)
    squared = np.where(known, np.square(outputs - np.where(known, rows, 0)), 0)
    count = np.maximum(known.sum(axis=1), 1)
    return (squared.sum(axis=1, dtype=np.float64) / count).astype(np.float32)


def row_losses(rows: np.ndarray, outputs: np.ndarray, layout: tuple[int, ...]) -> np.ndarray:
    """The mixed loss of each row, given outputs that are values and probabilities; (n,)."""
    total, count = np.zeros(len(rows)), np.zeros(len(rows))
    for wanted, given in _columns(rows, outputs, layout):
        known = ~np.isnan(wanted[:, 0])
        if wanted.shape[1] == 1:
            term = np.square(given - wanted)[:, 0]
        else:
            term = -(wanted * np.log(np.clip(given, LEAST, 1))).sum(axis=1)
        total += np.where(known, term, 0)
        count += known
    return total / np.maximum(count, 1)


def column_errors(rows: np.ndarray, outputs: np.ndarray, layout: tuple[int, ...]) -> ColumnErrors:
    """Measures each column; rows and outputs (n, width)."""
    found = [_column(*pair) for pair in _columns(rows, outputs, layout)]
    return ColumnErrors(*(np.array(part, np.float64) for part in zip(*found, strict=True)))


def part_errors(
    samples: np.ndarray, outputs: np.ndarray, layout: tuple[int, ...]
) -> ColumnErrors | None:
    """By column of rows (n, width), by channel of windows (n, steps, channels); None of images."""
    if samples.ndim > 3:
        return None
    if samples.ndim == 3:
        samples, outputs = (part.reshape(-1, part.shape[-1]) for part in (samples, outputs))
        layout = (1,) * samples.shape[-1]
    return column_errors(samples, outputs, layout or (1,) * samples.shape[-1])


def measure_rows(
    rows: np.ndarray,
    outputs: np.ndarray,
    layout: tuple[int, ...],
    columns: ColumnErrors | None = None,
) -> dict[str, float]:
    """Means over rows: mse per known value, mixed loss; means over columns: r2, accuracy.

    Of windows (n, steps, channels) each channel is a column, and no layout is needed.

    Args:
        columns: their `part_errors`, where these are known already.
    """
    columns = columns or part_errors(rows, outputs, layout)
    assert columns is not None
    if rows.ndim == 3:
        figures = {"mse": float(row_errors(rows, outputs).mean(dtype=np.float64))}
        scores = columns.scores
        return figures | ({"r2": float(np.nanmean(scores))} if np.isfinite(scores).any() else {})
    numbers = np.array(layout) == 1
    figures = {
        "mse": float(row_errors(rows, outputs).mean(dtype=np.float64)),
        "mixed": float(row_losses(rows, outputs, layout).mean()),
    }
    for name, chosen in (("r2", numbers), ("accuracy", ~numbers)):
        scores = columns.scores[chosen]
        if np.isfinite(scores).any():
            figures[name] = float(np.nanmean(scores))
    return figures


def _columns(rows: np.ndarray, outputs: np.ndarray, layout: tuple[int, ...]):
    ends = np.cumsum(layout)
    for end, width in zip(ends, layout, strict=True):
        yield rows[:, end - width : end], outputs[:, end - width : end]


def _column(wanted: np.ndarray, given: np.ndarray) -> tuple[float, float, float]:
    known = ~np.isnan(wanted[:, 0])
    wanted, given = wanted[known].astype(np.float64), given[known].astype(np.float64)
    if not len(wanted):
        return np.nan, np.nan, np.nan
    if wanted.shape[1] == 1:
        error, spread = np.square(given - wanted).mean(), wanted.var()
        return (1 - error / spread if spread > 0 else np.nan), 0.0, float(np.sqrt(error))
    right = float((wanted.argmax(axis=1) == given.argmax(axis=1)).mean())
    return right, float(wanted.mean(axis=0).max()), 1 - right
