"""The passage of an image through the shipped models: as reported, and as a worker gives it."""

import numpy as np
import pytest

from aecore.analysis.passage import largest_number, reported_passage
from aecore.analysis.report import Report
from aecore.compute.answers import rebuild_each
from aecore.runs.store import shipped

KEYS = ("linear", "undercomplete", "variational", "denoising")


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {key: Report.from_arrays(shipped(key).report_arrays()) for key in KEYS}


def test_what_the_reports_say_of_a_digit_is_what_the_models_make_of_it(reports):
    told = reported_passage(reports, 7, "undercomplete")
    image = told.clean.astype(np.float32) / 255
    runs = [shipped(key) for key in KEYS]
    rebuilt, codes = rebuild_each(
        [str(run.model_path) for run in runs],
        image[None],
        [run.corruption for run in runs],
        str(shipped("undercomplete").model_path),
    )
    assert codes[0] == pytest.approx(told.code, abs=2e-3 * float(told.code.max()))
    for key, found in zip(KEYS[:3], rebuilt, strict=False):
        off = np.abs(found.outputs[0].clip(0, 1) * 255 - told.outputs[key])
        assert off.max() <= 1
        assert float(found.errors[0]) * image.size == pytest.approx(told.errors[key], rel=1e-3)


def test_only_a_model_of_noisy_images_was_given_something_else(reports):
    told = reported_passage(reports, 2, "linear")
    assert set(told.inputs) == {"denoising"} and set(told.outputs) == set(KEYS)
    assert np.abs(told.inputs["denoising"].astype(int) - told.clean).mean() > 20
    assert len(told.code) == 32 and np.abs(told.code).max() <= largest_number(reports["linear"])


def test_digits_are_those_of_their_classes(reports):
    report = reports["undercomplete"]  # whose outputs lie in [0, 1], as the report keeps them
    for digit in range(10):
        told = reported_passage(reports, digit, "undercomplete")
        place = report.firsts[digit]
        assert report.labels[report.shown[place]] == digit
        error = np.square((told.clean.astype(float) - told.outputs["undercomplete"]) / 255).sum()
        assert told.errors["undercomplete"] == pytest.approx(error, rel=0.03)
