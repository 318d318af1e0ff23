"""A copy of a data set in which people corrected what is normal and what is an anomaly."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping

import numpy as np

from aecore.data.arrays import to_bytes
from aecore.data.builtin import BUILTIN
from aecore.data.collection import complete, key_of, training_size
from aecore.data.datasets import load, source
from aecore.data.own import is_own, own_directory
from aecore.data.series.making import UNLABELLED
from aecore.data.splits import (
    LONGEST_WORD,
    MOST_CLASSES,
    DataUnavailable,
    Source,
    cut_validation,
    parts_of,
)
from aecore.data.stored import stored_in, stored_labels, stored_places
from aecore.data.unfinished import unfinished

MARKED = "(marked as anomaly)"  # the class of what was marked, where no other is one
ROWS = ("images.bin", "values.bin")  # files with as many bytes for each sample
CORRECTED = ", corrected"  # at the end of the title


def relabelled(
    key: str, normal: tuple[int, ...], marks: Mapping[int, int]
) -> tuple[str, tuple[int, ...]]:
    """Copies a set with corrected classes; the key of the copy, and its normal classes.

    What is marked as normal is in the training part of the copy: it changes places with a sample
    there. A series in time keeps its order.

    Args:
        normal: classes that are normal; none stands for all, or for the one named so.
        marks: place in the set → 1 for an anomaly, 0 for normal.

    Raises:
        DataUnavailable: it cannot be loaded, has too many classes, or a file of it is gone.
    """
    known = source(key)
    in_files = is_own(key) or key in BUILTIN
    images, labels = (None, stored_labels(key)) if in_files else _whole(key)
    classes, normal, unusual = _classes(known, normal)
    for place, mark in marks.items():
        right = unusual if mark else normal
        if 0 <= place < len(labels) and labels[place] not in right:
            labels[place] = right[0]
    order = np.arange(len(labels))
    if not known.in_time:
        order = _learnt_first(len(labels), [place for place, mark in marks.items() if not mark])
    labels = labels[order]
    title = known.title.removesuffix(CORRECTED)[: LONGEST_WORD - len(CORRECTED)] + CORRECTED
    described = dataclasses.replace(known, title=title, classes=classes)
    if images is not None:
        described = dataclasses.replace(
            described, training_size=training_size(len(labels)), test_size=None
        )
    told = json.dumps([key, classes]).encode() + labels.tobytes() + order.tobytes()
    digest = hashlib.sha256(told).hexdigest()
    made = key_of(title, known.shape, digest)
    with unfinished(own_directory()) as copy:
        if images is not None:
            images[order].tofile(copy / "images.bin")
        for path in stored_in(key).iterdir() if images is None else ():
            shutil.copyfile(path, copy / path.name)
            if path.name in ROWS and not known.in_time:
                rows = np.fromfile(path, np.uint8).reshape(len(labels), -1)
                rows[order].tofile(copy / path.name)
        complete(copy, described, labels, made)
    return made, normal


def _learnt_first(count: int, wanted: list[int]) -> np.ndarray:
    """An order (count,) of samples by which all of `wanted` are in the training part."""
    seen, _ = parts_of(count)
    training = seen[cut_validation(len(seen))[0]]
    wanted = [place for place in wanted if 0 <= place < count]
    free = iter(training[~np.isin(training, wanted)])
    order = np.arange(count)
    for place in np.setdiff1d(wanted, training):
        other = next(free, place)
        order[[place, other]] = order[[other, place]]
    return order


def _whole(key: str) -> tuple[np.ndarray, np.ndarray]:
    """All images of a built-in set as bytes (n, h, w, c), and their classes, by stored place."""
    data, places = load(key), stored_places(key)
    parts = (data.training, data.validation, data.test)
    order = np.argsort(np.concatenate(places))
    images = np.concatenate([to_bytes(part.images) for part in parts])
    return images[order], np.concatenate([part.labels for part in parts])[order]


def _classes(
    known: Source, normal: tuple[int, ...]
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """All classes, the normal ones, and those that anomalies are of, of which there is one."""
    normal = normal or known.normal or tuple(range(len(known.classes)))
    named = known.kind.bounded  # of images, a class of this name is one as any other
    unusual = tuple(
        place
        for place, name in enumerate(known.classes)
        if place not in normal and (named or name != UNLABELLED)
    )
    if unusual:
        return known.classes, normal, unusual
    if len(known.classes) >= MOST_CLASSES:
        raise DataUnavailable("{} has too many classes for one more.", known.title)
    return (*known.classes, MARKED), normal, (len(known.classes),)
