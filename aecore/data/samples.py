"""The samples of a set of the user's own, from its files."""

from pathlib import Path

import numpy as np

from aecore.data.series.windows import cut, gather, window_labels
from aecore.data.splits import Dataset, Source, Split, parts_of


def read_samples(folder: Path, source: Source) -> tuple[Split, Split] | Dataset:
    """The samples of a set, from its files: all but the test part, and that; or three by time.

    Raises:
        OSError, ValueError: files are missing or damaged.
    """
    labels = np.fromfile(folder / "labels.bin", np.int32)
    if source.in_time:
        values = np.fromfile(folder / "values.bin").reshape(len(labels), -1)
        return _windows(source, values, labels)
    seen, test = parts_of(len(labels))
    if source.series is not None:
        values = np.fromfile(folder / "values.bin").reshape(len(labels), *source.shape)
        windows = source.series.apply(values)
        return Split(windows[seen], labels[seen]), Split(windows[test], labels[test])
    if source.table is not None:
        values = np.fromfile(folder / "values.bin").reshape(len(labels), -1)
        parts = [source.table.preparation.apply(values[rows]) for rows in (seen, test)]
        return Split(parts[0], labels[seen]), Split(parts[1], labels[test])
    images = np.fromfile(folder / "images.bin", np.uint8).reshape(len(labels), *source.shape)
    return _split(images[seen], labels[seen]), _split(images[test], labels[test])


def _windows(source: Source, values: np.ndarray, labels: np.ndarray) -> Dataset:
    """The windows of a series, in three parts by time."""
    series = source.series
    assert series is not None
    usual = np.bincount(labels, minlength=len(source.classes)).argmax()
    normal = source.classes.index(series.normal) if series.normal else int(usual)
    prepared = series.apply(values)
    parts = cut(values, series.length, series.stride, series.learnt)
    training, validation, test = (
        Split(
            gather(prepared, starts, series.length),
            window_labels(labels, starts, series.length, normal),
            starts,
        )
        for starts in (parts.training, parts.validation, parts.test)
    )
    return Dataset(training, validation, test)


def _split(images: np.ndarray, labels: np.ndarray) -> Split:
    return Split(images.astype(np.float32) / np.float32(255), labels)
