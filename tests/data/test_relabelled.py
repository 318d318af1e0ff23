"""Copies of data sets with corrected classes."""

import dataclasses

import numpy as np
import pytest
from made_sets import a_series, a_table, collect, record, tabulate

from aecore.data import datasets, own
from aecore.data.datasets import load, source
from aecore.data.relabelled import MARKED, relabelled
from aecore.data.series.making import UNLABELLED
from aecore.data.splits import Split
from aecore.data.stored import stored_places
from aecore.detection.data import ANOMALY, truth_of


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))


def samples_of(key: str) -> np.ndarray:
    name = "values.bin" if source(key).table or source(key).series else "images.bin"
    kind = np.float64 if name == "values.bin" else np.uint8
    samples = np.fromfile(own.own_directory() / key / name, kind)
    return samples.reshape(len(labels_of(key)), -1)


def labels_of(key: str) -> np.ndarray:
    return np.fromfile(own.own_directory() / key / "labels.bin", np.int32)


@pytest.mark.parametrize("make", [lambda: collect(folders=("bad", "good")), tabulate, record])
def test_marks_change_classes_and_nothing_else(make):
    key = make()
    before, known = labels_of(key), source(key)
    usual = known.classes.index("good" if "good" in known.classes else "ok")
    normal, odd = np.flatnonzero(before == usual)[0], np.flatnonzero(before != usual)[0]
    made, kept = relabelled(key, (usual,), {int(normal): 1, int(odd): 0, 10**9: 1})
    after = labels_of(made)
    assert kept == (usual,) and labels_of(key).tolist() == list(before)
    one, other = samples_of(key), samples_of(made)
    order = np.arange(len(before))
    for place, there in enumerate(other):  # a sample that is marked as normal may have moved
        if not np.array_equal(there, one[place], equal_nan=True):
            order[place] = next(at for at, each in enumerate(one)
                                if np.array_equal(there, each, equal_nan=True))  # fmt: skip
    assert sorted(order) == list(range(len(before)))
    assert sorted(order[after != before[order]]) == sorted([normal, odd])
    assert source(made).title == f"{known.title}, corrected" and source(made).shape == known.shape
    assert relabelled(key, (usual,), {int(normal): 1, int(odd): 0})[0] == made  # the same again
    assert len(load(made, normal=kept).training)


def test_without_classes_what_is_marked_becomes_one():
    key = collect()
    made, normal = relabelled(key, (), {3: 1, 5: 0})
    assert source(made).classes == (*source(key).classes, MARKED) and normal == (0,)
    assert np.flatnonzero(labels_of(made)).tolist() == [3]


@pytest.mark.parametrize("content", [a_table(), a_series()], ids=["table", "series"])
def test_where_only_normal_is_labelled_what_is_marked_is_an_anomaly(content):
    content = content.replace(b";bad", b";").replace(b",odd", b",")
    key = (tabulate if b";" in content else record)(content=content)
    ok = source(key).classes.index("ok")
    normal, nameless = (np.flatnonzero((labels_of(key) == ok) == each)[0] for each in (True, False))
    made, kept = relabelled(key, (ok,), {int(normal): 1, int(nameless): 1})
    assert source(made).classes == ("ok", UNLABELLED, MARKED) and kept == (ok,)
    truth = truth_of(labels_of(made), source(made), kept)
    before = truth_of(labels_of(key), source(key), kept)
    assert (truth == ANOMALY).sum() == 2 and not (before == ANOMALY).any()


def test_what_keras_loads_is_copied_too(monkeypatch):
    rng = np.random.default_rng(0)

    def part(count: int) -> Split:
        images = rng.integers(0, 256, (count, 32, 32, 3)).astype(np.float32) / 255
        return Split(images, np.arange(count, dtype=np.int32) % 10)

    parts = part(60), part(20)
    known = dataclasses.replace(source("cifar10"), read=lambda: parts)
    monkeypatch.setitem(datasets.SOURCES, "cifar10", known)
    made, normal = relabelled("cifar10", (3,), {73: 1, 60: 0})
    datasets.forget()  # what stands for the real one
    assert normal == (3,) and not source(made).downloaded
    assert source(made).classes == known.classes and len(labels_of(made)) == 80
    assert (labels_of(made) == 3).sum() == 8  # one marked as an anomaly, one of another as normal


@pytest.mark.parametrize("key", ["digits", "penguins"])
def test_what_was_wrongly_flagged_in_the_test_part_is_learnt_from(key):
    """Of images that are in no files of their own, and of rows."""
    test = load(key).test
    normal = (int(test.labels[0]),)
    flagged = [int(stored_places(key)[2][at]) for at in np.flatnonzero(test.labels == normal)[:3]]
    odd = int(stored_places(key)[0][np.flatnonzero(load(key).training.labels == normal)[0]])
    made, kept = relabelled(key, normal, dict.fromkeys(flagged, 0) | {odd: 1})
    after, count = load(made, normal=kept), len(load(key, normal=normal).training)

    def there(sample: np.ndarray) -> bool:
        near = np.nan_to_num(np.abs(after.training.images - sample))
        return bool((near.reshape(len(near), -1).max(axis=1) < 1 / 255).any())

    whole = load(key)
    assert all(there(test.images[at]) for at in np.flatnonzero(test.labels == normal)[:3])
    assert not there(whole.training.images[np.flatnonzero(whole.training.labels == normal)[0]])
    assert len(after.training) >= count // 2 and source(made).title.endswith(", corrected")
