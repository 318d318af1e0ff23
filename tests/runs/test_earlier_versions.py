"""Runs of earlier versions, which accepted strengths of corruption that change nothing."""

import json
import shutil

import numpy as np
import pytest
from forging import take

from aecore.analysis.filters import Filters
from aecore.analysis.report import Report
from aecore.analysis.study import Subject
from aecore.exchange.bundle import pack
from aecore.models.base import for_use
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.runs.summary import summary
from aecore.training.fit import build


@pytest.fixture
def idle(trained, tmp_path) -> Run:
    """A run as an earlier version kept it whose downscaling by .5 changed nothing."""
    store, run = RunStore(tmp_path / "runs"), trained("undercomplete")
    copy = store.get(shutil.copytree(run.path, store.directory / run.id).name)
    recipe = copy.path / "experiment.json"
    words = json.loads(recipe.read_text())
    words |= {"corruption": "downscaling", "corruption_strength": 0.5}
    recipe.write_text(json.dumps(words))
    arrays = copy.report_arrays()
    np.savez_compressed(copy.path / "report.npz", **arrays | {"inputs": arrays["clean"]})
    return Run(copy.path)


def test_a_run_whose_corruption_did_nothing_opens_as_one_without(idle, trained):
    assert idle.problem() == "" and idle.experiment == trained("undercomplete").experiment
    assert idle.corruption == ("none", 0.0)
    assert summary(idle).state == "finished" and summary(idle).figures
    assert len(Report.from_arrays(idle.report_arrays()).inputs) == 0


def test_its_file_is_taken_in(idle, tmp_path):
    back = take(pack(idle), RunStore(tmp_path / "elsewhere"))
    assert back.problem() == "" and back.corruption == ("none", 0.0)


def test_its_model_can_be_compared_with_filters(idle, digits):
    model = for_use(build(idle.experiment, digits.training.images))
    found = Filters.of(Subject(model, digits, idle.corruption))
    assert found.trained in found.strengths and len(found.restored) == len(found.names)
