"""Copies of data sets with corrected classes."""

import numpy as np
import pytest
from made_sets import collect, record, tabulate

from aecore.data import own
from aecore.data.datasets import load, source
from aecore.data.relabelled import MARKED, relabelled
from aecore.data.splits import DataUnavailable


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))


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
    assert kept == (usual,) and np.flatnonzero(after != before).tolist() == sorted([normal, odd])
    assert (
        after[odd] == usual and after[normal] != usual and labels_of(key).tolist() == list(before)
    )
    assert source(made).title == f"{known.title}, corrected" and source(made).shape == known.shape
    assert relabelled(key, (usual,), {int(normal): 1, int(odd): 0})[0] == made  # the same again
    assert len(load(made, normal=kept).training)


def test_without_classes_what_is_marked_becomes_one():
    key = collect()
    made, normal = relabelled(key, (), {3: 1, 5: 0})
    assert source(made).classes == (*source(key).classes, MARKED) and normal == (0,)
    assert np.flatnonzero(labels_of(made)).tolist() == [3]


def test_what_is_not_kept_as_files_is_refused():
    with pytest.raises(DataUnavailable, match="MNIST cannot be copied"):
        relabelled("mnist", (3,), {1: 1})
