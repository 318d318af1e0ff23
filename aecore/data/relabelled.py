"""A copy of a data set in which people corrected what is normal and what is an anomaly."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping

from aecore.data.builtin import BUILTIN
from aecore.data.collection import key_of, put_in_place
from aecore.data.datasets import source
from aecore.data.own import is_own, own_directory
from aecore.data.splits import LONGEST_WORD, MOST_CLASSES, DataUnavailable, Source
from aecore.data.stored import stored_in, stored_labels
from aecore.data.unfinished import unfinished

MARKED = "(marked as anomaly)"  # the class of what was marked, where no other is one
CORRECTED = ", corrected"  # at the end of the title


def may_relabel(key: str) -> bool:
    """Whether a set is kept as files that can be copied: the user's own, a table or a series."""
    return is_own(key) or key in BUILTIN


def relabelled(
    key: str, normal: tuple[int, ...], marks: Mapping[int, int]
) -> tuple[str, tuple[int, ...]]:
    """Copies a set with corrected classes; the key of the copy, and its normal classes.

    Args:
        normal: classes that are normal; none stands for all, or for the one named so.
        marks: place in the set → 1 for an anomaly, 0 for normal.

    Raises:
        DataUnavailable: it is not kept as files, or one of these is gone.
    """
    if not may_relabel(key):
        raise DataUnavailable("{} cannot be copied with corrections.", source(key).title)
    known, labels = source(key), stored_labels(key)
    classes, normal, unusual = _classes(known, normal)
    for place, mark in marks.items():
        if 0 <= place < len(labels) and (labels[place] in normal) == bool(mark):
            labels[place] = unusual if mark else normal[0]
    title = known.title.removesuffix(CORRECTED)[: LONGEST_WORD - len(CORRECTED)] + CORRECTED
    described = dataclasses.replace(known, title=title, classes=classes)
    digest = hashlib.sha256(json.dumps([key, classes]).encode() + labels.tobytes()).hexdigest()
    made = key_of(title, known.shape, digest)
    with unfinished(own_directory()) as copy:
        for path in stored_in(key).iterdir():
            shutil.copyfile(path, copy / path.name)
        labels.tofile(copy / "labels.bin")
        words = json.dumps(described.to_dict(), indent=1, ensure_ascii=False)
        (copy / "data.json").write_text(words, encoding="utf-8")
        put_in_place(copy, own_directory() / made)
    return made, normal


def _classes(
    known: Source, normal: tuple[int, ...]
) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """All classes, the normal ones, and the one that anomalies are of."""
    normal = normal or known.normal or tuple(range(len(known.classes)))
    others = [place for place in range(len(known.classes)) if place not in normal]
    if others:
        return known.classes, normal, others[0]
    if len(known.classes) >= MOST_CLASSES:
        raise DataUnavailable("{} has too many classes for one more.", known.title)
    return (*known.classes, MARKED), normal, len(known.classes)
