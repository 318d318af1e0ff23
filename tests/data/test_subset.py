"""Data sets of some samples of another, or of all but these."""

import numpy as np
import pytest
from made_sets import collect, record, tabulate

from aecore.data.collection import CollectionError
from aecore.data.datasets import load, source
from aecore.data.series.windows import NoWindows
from aecore.data.subset import subset


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))


def everything(key: str) -> np.ndarray:
    data = load(key)
    return np.concatenate([part.images for part in (data.training, data.validation, data.test)])


def lines(samples: np.ndarray) -> set[bytes]:
    return {np.ascontiguousarray(sample).tobytes() for sample in samples}


def test_images_alone_and_the_rest_without_them():
    key = "digits"
    test, chosen = load(key).test, np.array([7, 3, 40, *range(100, 125)])
    alone = subset(key, chosen, "Some digits")
    known = source(alone)
    assert known.title == "Some digits" and known.credit.startswith("28 images of ")
    # bytes of 16 levels come back as the nearest of 256
    close = {np.rint(255 * image).astype(np.uint8).tobytes() for image in test.images[chosen]}
    found = np.rint(255 * everything(alone)).astype(np.uint8)
    assert lines(found) == close
    names = source(key).classes
    assert known.classes == tuple(names[label] for label in np.unique(test.labels[chosen]))
    rest = subset(key, chosen, "Others", without=True)
    assert len(everything(rest)) == len(everything(key)) - len(chosen)
    assert subset(key, chosen[::-1], "Some digits") == alone  # the same again


def test_validation_and_training_samples_are_numbered_after_the_test_part():
    data, chosen = load("digits"), np.array([0, 359, *range(360, 372), *range(1785, 1797)])
    bytes_of = {np.rint(255 * image).astype(np.uint8).tobytes() for image in data.at(chosen)}
    found = np.rint(255 * everything(subset("digits", chosen, "Of all parts"))).astype(np.uint8)
    assert lines(found) == bytes_of
    rest = everything(subset("digits", chosen, "Without", without=True))
    assert not lines(np.rint(255 * rest).astype(np.uint8)) & bytes_of


def test_a_set_of_ones_own_loses_what_was_chosen():
    key = collect(60, folders=("bad", "good"))
    rest = subset(key, np.arange(4), "Rest", without=True)
    lost = lines(load(key).test.images[:4])
    assert len(everything(rest)) == 56 and not lines(everything(rest)) & lost


def test_rows_are_prepared_by_those_that_are_left():
    key = tabulate(rows=300)
    test = load(key).test
    chosen = np.flatnonzero(test.images[:, 0] > np.median(test.images[:, 0]))[:24]
    made = source(subset(key, chosen, "Large ones"))
    before = source(key)
    assert made.table and before.table and made.table.label == before.table.label
    raw = before.table.preparation.back(test.images[chosen])
    again = made.table.preparation.back(everything(subset(key, chosen, "Large ones")))
    np.testing.assert_allclose(np.sort(again[:, 0]), np.sort(raw[:, 0]), rtol=1e-4)
    part, old = made.table.preparation.parts[0], before.table.preparation.parts[0]
    assert part.mean > old.mean and part.scale < old.scale
    assert len(everything(subset(key, chosen, "Rest", without=True))) == 300 - len(chosen)


def test_windows_alone_share_no_step_and_are_missing_from_the_rest():
    key = record(steps=6000)
    test, length = load(key).test, source(key).shape[0]
    chosen = np.arange(len(test))
    alone = source(subset(key, chosen, "Windows"))
    assert alone.series is not None and alone.series.apart
    count = len(everything(subset(key, chosen, "Windows")))
    apart = np.unique(np.diff(test.starts)).min() < length
    assert apart and 20 <= count <= (test.starts[-1] + length - test.starts[0]) // length
    with pytest.raises(CollectionError, match="share no step; of the 3 chosen there are 1"):
        subset(key, chosen[:3], "Too few")
    rest = load(subset(key, chosen[:3], "Rest", without=True))
    gone = {int(s) for s in test.starts if abs(int(s) - test.starts[:3]).min() < length}
    assert set(rest.test.starts.tolist()) == set(test.starts.tolist()) - gone
    with pytest.raises(NoWindows):
        subset(key, chosen, "Nothing to test", without=True)


def test_too_few_samples_and_no_name_are_refused():
    with pytest.raises(CollectionError, match="at least 20 images; these are 3"):
        subset("digits", np.arange(3), "Three")
    with pytest.raises(CollectionError, match="needs a name"):
        subset("digits", np.arange(30), " ")
