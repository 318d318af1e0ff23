"""A data set made of some samples of another, or of all but these."""

import dataclasses
import hashlib
import json

import numpy as np

from aecore.data.arrays import to_bytes
from aecore.data.collection import (
    FEWEST,
    CollectionError,
    checked_title,
    complete,
    keep_values,
    key_of,
    training_size,
)
from aecore.data.datasets import load, source
from aecore.data.own import measured, own_directory
from aecore.data.series.making import Measured, make_series
from aecore.data.series.timeline import Timeline
from aecore.data.series.windows import gather
from aecore.data.splits import Source
from aecore.data.stored import stored_labels, stored_places
from aecore.data.tables.columns import counted
from aecore.data.tables.making import Plan, fitted, store_table, training_rows
from aecore.data.unfinished import unfinished


def subset(key: str, chosen: np.ndarray, title: str, without: bool = False) -> str:
    """Makes a data set of samples of another, or of all samples but these; its key.

    Its parts are drawn anew, but for a series in time without some windows: their steps are missing
    from the new one. Windows alone become short series, those that share no step.

    Args:
        chosen (m,): numbers among test, validation and training samples, in this order.

    Raises:
        CollectionError, NoWindows: too few samples are left, or the title is none.
        DataUnavailable: the data set is not on this machine.
        OSError: it cannot be written.
    """
    known, title = source(key), checked_title(title)
    chosen = np.unique(chosen)
    return MADE[known.kind.key](key, known, chosen, title, without)


def _of_images(key: str, known: Source, chosen: np.ndarray, title: str, without: bool) -> str:
    data = load(key)
    parts = (data.training, data.validation, data.test)
    kept = _left(known, chosen, tuple(map(len, parts)), without)
    images = [to_bytes(part.images[at]) for part, at in zip(parts, kept, strict=True)]
    labels = [part.labels[at] for part, at in zip(parts, kept, strict=True)]
    pixels, (classes, codes) = np.concatenate(images), _classes(known, np.concatenate(labels))
    words = json.dumps([title, classes]).encode()
    digest = hashlib.sha256(words + codes.tobytes() + pixels.tobytes()).hexdigest()
    described = dataclasses.replace(
        known, title=title, classes=classes, training_size=training_size(len(pixels)),
        test_size=None, downloaded=False, credit=_credit(known, len(pixels)),
    )  # fmt: skip
    made = key_of(title, known.shape, digest)
    with unfinished(own_directory()) as folder:
        pixels.tofile(folder / "images.bin")
        complete(folder, described, codes, made)
    return made


def _of_rows(key: str, known: Source, chosen: np.ndarray, title: str, without: bool) -> str:
    table, places = known.table, stored_places(key)
    assert table is not None
    kept = _left(known, chosen, tuple(map(len, places)), without)
    rows = np.sort(np.concatenate([part[at] for part, at in zip(places, kept, strict=True)]))
    values = np.array(measured(key)[rows])
    classes, labels = _classes(known, stored_labels(key)[rows])
    normal = table.normal if table.normal in classes else ""
    scaling = "quantiles" if any(part.knots for part in table.preparation.parts) else "standard"
    columns = [counted(column, values[:, at]) for at, column in enumerate(table.columns)]
    made = fitted(values, columns, Plan(title, None, (), table.label, normal, scaling))
    return store_table(title, made, values, classes, labels)


def _of_windows(key: str, known: Source, chosen: np.ndarray, title: str, without: bool) -> str:
    series = known.series
    assert series is not None
    values, labels = np.array(measured(key)), stored_labels(key)
    if not series.apart and without:
        starts = np.concatenate([part.starts for part in load(key).in_order])[chosen]
        values[(starts[:, None] + np.arange(series.length)).ravel()] = np.nan
        timeline = Timeline(values, series.start, series.step, ())
        rest = Measured(
            timeline, series.channels, known.classes, labels, (), series.time, series.date_format
        )
        return make_series(title, rest, series.length, series.stride, series.label, series.normal)
    if series.apart:
        places = stored_places(key)
        kept = _left(known, chosen, tuple(map(len, places)), without)
        rows = np.sort(np.concatenate([part[at] for part, at in zip(places, kept, strict=True)]))
        windows, labels = values[rows].reshape(-1, *series.shape), labels[rows]
    else:
        parts = load(key).in_order
        starts = np.concatenate([part.starts for part in parts])
        alone = chosen[_apart(starts[chosen], series.length)]
        if len(alone) < FEWEST:
            raise CollectionError(
                "A data set needs at least {} windows that share no step; of the {:,} chosen there "
                "are {}.", FEWEST, len(chosen), len(alone),
            )  # fmt: skip
        windows = gather(values, starts[alone], series.length)
        labels = np.concatenate([part.labels for part in parts])[alone]
    classes, labels = _classes(known, labels)
    learnt = windows[training_rows(len(windows))].reshape(-1, len(series.channels))
    scale = np.nanstd(learnt, axis=0)
    described = dataclasses.replace(
        series, apart=True, stride=series.length,
        normal=series.normal if series.normal in classes else "",
        mean=tuple(map(float, np.nan_to_num(np.nanmean(learnt, axis=0)))),
        scale=tuple(float(s) if s > 0 and np.isfinite(s) else 1.0 for s in scale),
    )  # fmt: skip
    made = Source(
        title, described.shape, classes, training_size(len(windows)),
        _credit(known, len(windows)), series=described,
    )  # fmt: skip
    return keep_values(made, windows.reshape(len(windows), -1), labels)


MADE = {"image": _of_images, "table": _of_rows, "series": _of_windows}


def _left(
    known: Source, chosen: np.ndarray, sizes: tuple[int, ...], without: bool
) -> list[np.ndarray]:
    """Places in the training, validation and test part of the samples of the new set."""
    numbers, end = np.arange(sum(sizes)), 0
    wanted = np.setdiff1d(numbers, chosen) if without else chosen
    kept = []
    for size in sizes[::-1]:  # numbered with the test part first
        kept.insert(0, wanted[(end <= wanted) & (wanted < end + size)] - end)
        end += size
    if (count := sum(map(len, kept))) < FEWEST:
        raise CollectionError(
            "A data set needs at least {} {}; these are {}.", FEWEST, known.kind.samples, count
        )
    return kept


def _apart(starts: np.ndarray, length: int) -> list[int]:
    """Which of some windows (n,), in order of time, share no step with one before."""
    found, end = [], -1
    for at in np.argsort(starts, kind="stable"):
        if starts[at] >= end:
            found.append(int(at))
            end = int(starts[at]) + length
    return found


def _classes(known: Source, labels: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """The classes that are left, and the label (n,) of each sample among them."""
    present, codes = np.unique(labels, return_inverse=True)
    return tuple(known.classes[label] for label in present), codes.astype(np.int32)


def _credit(known: Source, count: int) -> str:
    return f"{count:,} {known.kind.samples} of {known.title}"[:300]
