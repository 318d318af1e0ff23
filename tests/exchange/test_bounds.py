"""What a run's file unpacks to is bounded by its data set, before it is unpacked and after."""

import dataclasses
import json

import numpy as np
import pytest
from forging import arrays_of, forged, members_of, npz, refused, take

from aecore.analysis.report import EACH, MAPPED, Report, most_shown
from aecore.analysis.report_check import check_report
from aecore.data.datasets import SOURCES, load
from aecore.data.splits import Source
from aecore.runs.film import MOST_FRAMES, MOST_IMAGES
from aecore.runs.store import shipped

MOST_SHOWN = most_shown((8, 8, 1), 10)
DIGITS = SOURCES["digits"]


def report_of(packed: bytes) -> dict[str, np.ndarray]:
    return arrays_of(members_of(packed)["report.npz"])


def measured_on(arrays: dict, count: int) -> dict:
    """The report as if there were so many test images, all with the mean error."""
    words = json.loads(str(arrays["words"]))
    errors = np.full(count, words["metrics"]["mse"], np.float32)
    return arrays | {"errors": errors, "labels": np.zeros(count, np.uint8)}


def mapping(arrays: dict, count: int) -> dict:
    """The report as if there were so many images on its map."""
    width = len(arrays["latent_axes"])
    return arrays | {
        "mapped": np.zeros(count, np.uint16),
        "pictures": np.zeros((count, 8, 8, 1), np.uint8),
        "latent_places": np.zeros((count, width), np.float32),
        "latent_neighbours": np.zeros((count, 2), np.float32),
    }


def showing(arrays: dict, count: int) -> dict:
    """The report as if so many images were kept to be shown."""
    images = np.zeros((count, 8, 8, 1), np.uint8)
    kept = {"clean": images, "inputs": images + 1, "outputs": images}
    return arrays | kept | {"shown": np.arange(count, dtype=np.uint16)}


def repeated(arrays: dict, name: str, count: int) -> dict:
    return arrays | {name: np.zeros(count, np.uint16)}


FORGED = {
    "more errors than test images": (
        lambda a: measured_on(a, DIGITS.test_size + 1), "361 errors, .* at most 360 test images",
    ),
    "a larger map": (lambda a: mapping(a, MAPPED + 1), "1,001 mapped, not at most 1,000"),
    "more images to show": (
        lambda a: showing(a, MOST_SHOWN + 1), f"{MOST_SHOWN + 1} shown, not at most",
    ),
    "more firsts than classes": (lambda a: repeated(a, "firsts", 11), "11 firsts, not at most 10"),
    "more random ones": (lambda a: repeated(a, "chosen", EACH + 1), "11 chosen, not at most 10"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_report_has_no_more_than_its_data_set_gives(name, packed, store):
    change, words = FORGED[name]
    refused(forged(packed, {"report.npz": npz(change(report_of(packed)))}), store, words)


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda a: measured_on(a, 20_000_000), "20,000,000 errors"),
        (lambda a: mapping(a, 400_000), "400,000 mapped"),
    ],
    ids=["errors", "map"],
)
def test_a_small_file_that_swells_is_refused(change, words, packed, store):
    content = forged(packed, {"report.npz": npz(change(report_of(packed)), packed=True)})
    assert len(content) < 500_000
    refused(content, store, words)


@pytest.mark.parametrize(
    "images, epochs", [(MOST_IMAGES + 1, 1), (1, MOST_FRAMES + 1), (MOST_IMAGES, 100_000)], ids=str
)
def test_previews_are_as_few_as_a_training_keeps(images, epochs, packed, store):
    arrays = {
        "originals": np.zeros((images, 8, 8, 1), np.uint8),
        "inputs": np.zeros((images, 8, 8, 1), np.uint8),
        "outputs": np.zeros((epochs, images, 8, 8, 1), np.uint8),
        "epochs": np.arange(epochs),
    }
    refused(forged(packed, {"previews.npz": npz(arrays, packed=True)}), store, r"previews\.npz")


def test_as_many_as_there_can_be_are_taken(packed, store):
    arrays = showing(mapping(measured_on(report_of(packed), 360), 360), MOST_SHOWN)
    arrays |= {"chosen": np.arange(EACH), "firsts": np.arange(10)}
    assert len(take(forged(packed, {"report.npz": npz(arrays)}), store).report_arrays()["shown"])


def test_every_shipped_report_is_within_its_bounds(key):
    run = shipped(key)
    arrays = run.report_arrays()
    check_report(Report.from_arrays(arrays), key, run.source, run.corruption[0] != "none")


def test_the_report_of_a_run_that_grew_beyond_all_bounds_is_one():
    run, much = shipped("linear"), 1e24
    report = Report.from_arrays(run.report_arrays())
    larger = {name: value * much for name, value in report.metrics.items() if name != "seconds"}
    grown = dataclasses.replace(
        report,
        errors=report.errors * np.float32(much),
        metrics=report.metrics | larger,
    )
    check_report(grown, run.key, run.source, corrupted=False)


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_the_sizes_of_data_sets_are_told_truly(name):
    assert len(load(name).test) == SOURCES[name].test_size == SOURCES[name].most_tested


def test_a_set_of_ones_own_has_fewer_test_images_than_training_images():
    for count in (20, 21, 100, 20_000):
        seen = count - count // 6
        assert count // 6 < seen - max(1, seen // 12)
    words = {"title": "x", "credit": "", "classes": ["a"], "shape": [512, 512, 3], "ink": False}
    source = Source.from_dict(words | {"training_size": 70_000})
    assert source.most_tested == 70_000
    with pytest.raises(ValueError, match="at most 70,000"):
        Source.from_dict(words | {"training_size": 70_001})
    assert dataclasses.replace(source, test_size=7).most_tested == 7
