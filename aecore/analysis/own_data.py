"""The user's own rows and stretches of a series through a model, in the user's units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.analysis.anomaly import share_below
from aecore.analysis.filling import fill_in_rounds
from aecore.analysis.reconstruction import encode, reconstruct
from aecore.analysis.rows import nothing_known, row_errors
from aecore.data.corruption import corrupt_each
from aecore.data.series.series import Series
from aecore.data.series.stretch import Stretch
from aecore.data.series.windows import gather
from aecore.data.tables.preparation import Preparation

Corruption = tuple[str, float]
NONE: Corruption = ("none", 0.0)


@dataclass(frozen=True)
class OwnRows:
    """Rows through a model.

    errors (n,): mean squared error over the known values of each prepared row, NaN where none is.
    parts (n, learnt): the squared error of each known cell, summed over the values of its column;
    NaN where missing.
    outputs (n, width): what the model gave, prepared; missing cells are filled without corruption.
    proposed (n, learnt): all of it without corruption, as raw values. codes (n, latent_size).
    """

    errors: np.ndarray
    parts: np.ndarray
    outputs: np.ndarray
    proposed: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True)
class OwnStretch:
    """A stretch of a series through a model, window by window.

    starts (w,): steps at which the windows begin. errors (w,): of each, the mean squared error over
    its known prepared values. rebuilt (steps, channels): in the user's units, the mean of the
    windows that a step is in; NaN where it is in none. step_errors (steps,): the mean error of
    these windows, NaN where there is none. codes (w, latent_size).
    """

    starts: np.ndarray
    errors: np.ndarray
    rebuilt: np.ndarray
    step_errors: np.ndarray
    codes: np.ndarray


def own_rows(
    model,
    preparation: Preparation,
    values: np.ndarray,
    corruption: Corruption = NONE,
    known: np.ndarray | None = None,
) -> OwnRows:
    """Passes raw rows (n, columns), NaN where missing, through a model of a table.

    Args:
        corruption: kind and strength, as the model was trained with.
        known: prepared rows (m, width) that choose the rounds of filling; one round if None.
    """
    prepared = preparation.apply(values)
    inputs = corrupt_each(prepared, *corruption, preparation.layout)
    outputs = reconstruct(model, inputs)
    squared = np.square(outputs - prepared)
    parts = np.stack([squared[:, place].sum(axis=1) for place in preparation.slices], axis=1)
    plain = outputs
    if corruption[0] != "none":
        plain = reconstruct(model, corrupt_each(prepared, *NONE))
    filled = plain
    if known is not None:
        filled = fill_in_rounds(model, prepared, known, preparation.layout, plain)
    outputs, plain = (np.where(np.isnan(prepared), filled, given) for given in (outputs, plain))
    codes = encode(model.get_layer("encoder"), inputs)[0]
    errors = np.where(nothing_known(prepared), np.nan, row_errors(prepared, outputs))
    return OwnRows(errors, parts, outputs, preparation.back(plain), codes)


def own_stretch(
    model, series: Series, values: np.ndarray, starts: np.ndarray, corruption: Corruption = NONE
) -> OwnStretch:
    """Passes the windows of a stretch through a model of a series.

    Args:
        values: (steps, channels) in the user's units, NaN where missing.
        starts: steps at which the windows begin, at least one.
    """
    prepared = gather(series.apply(values), starts, series.length)
    inputs = corrupt_each(prepared, *corruption)
    outputs = reconstruct(model, inputs)
    errors = row_errors(prepared, outputs)
    total, count = np.zeros(values.shape), np.zeros(len(values))
    summed = np.zeros(len(values))
    for start, window, error in zip(starts, outputs, errors, strict=True):
        within = slice(start, start + series.length)
        total[within] += window
        summed[within] += error
        count[within] += 1
    covered = np.where(count > 0, count, np.nan)
    codes = encode(model.get_layer("encoder"), inputs)[0]
    rebuilt = series.back(total / covered[:, None])
    return OwnStretch(starts, errors, rebuilt, summed / covered, codes)


def row_scores(
    found: OwnRows, tested: np.ndarray, columns: Sequence[str], codes: bool = False
) -> list[dict[str, Any]]:
    """A score a row: its error, the share of test rows with a smaller one, what weighs most.

    A row in which nothing is known has neither error nor share: they are None.

    Args:
        tested: errors of the test rows (m,).
        columns: names of the learnt columns.
        codes: include the numbers of each row's code.
    """
    shares = share_below(tested, found.errors)
    parts = np.nan_to_num(found.parts)
    worst, total = parts.argmax(axis=1), parts.sum(axis=1)
    scores = []
    for row, (error, share) in enumerate(zip(found.errors, shares, strict=True)):
        told, known = total[row] > 0, not np.isnan(error)
        scores.append(
            {
                "row": row + 1,
                "error": float(error) if known else None,
                "share_below": float(share) if known else None,
                "column": columns[worst[row]] if told else "",
                "column_share": float(parts[row, worst[row]] / total[row]) if told else 0.0,
            }
        )
    return _with_codes(scores, found.codes) if codes else scores


def window_scores(
    found: OwnStretch, stretch: Stretch, length: int, tested: np.ndarray, codes: bool = False
) -> list[dict[str, Any]]:
    """A score a window: when it begins and ends, its error, the share of test windows below."""
    shares = share_below(tested, found.errors)
    begins, ends = stretch.times(found.starts), stretch.times(found.starts + length - 1)
    scores = [
        {
            "begin": plain_time(a),
            "end": plain_time(b),
            "error": float(error),
            "share_below": float(share),
        }
        for a, b, error, share in zip(begins, ends, found.errors, shares, strict=True)
    ]
    return _with_codes(scores, found.codes) if codes else scores


def steps_table(
    found: OwnStretch, stretch: Stretch, channels: Sequence[str]
) -> tuple[list[str], list[list[Any]]]:
    """Header and rows, a row a step: its time, each channel given and reconstructed, its error."""
    times = stretch.times(np.arange(len(stretch.values)))
    pairs = [name for channel in channels for name in (channel, f"{channel} (reconstructed)")]
    rows = []
    for time, given, rebuilt, error in zip(
        times, stretch.values, found.rebuilt, found.step_errors, strict=True
    ):
        cells = [value for pair in zip(given, rebuilt, strict=True) for value in pair]
        rows.append([plain_time(time), *map(_cell, cells), _cell(error)])
    return ["time" if stretch.timed else "step", *pairs, "error"], rows


def plain_time(value: Any) -> Any:
    """A time as 2024-01-31 12:00:00, or a number."""
    if isinstance(value, np.datetime64):
        return str(value).replace("T", " ").removesuffix(".000")
    return float(value) if value != int(value) else int(value)


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def _with_codes(scores: list[dict], codes: np.ndarray) -> list[dict]:
    flat = codes.reshape(len(codes), -1)
    return [
        score | {f"z{place}": float(value) for place, value in enumerate(code, 1)}
        for score, code in zip(scores, flat, strict=True)
    ]
