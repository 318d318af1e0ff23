"""What runs are called in lists, notices and the tray."""

import dataclasses
import re

import pytest
from made_runs import made_run

from aecore.dashboard.parts.labels import (
    labels_with_types,
    run_label,
    run_labels,
    run_title,
    summary_label,
)
from aecore.runs.files import write_json
from aecore.runs.label import Label, write_label
from aecore.runs.run import Run
from aecore.runs.settings import differences_of
from aecore.runs.store import RunStore, shipped, shipped_variants
from aecore.runs.summary import summary
from aecore.training.changes import Change
from aecore.training.experiment import Experiment

WHEN = r"\d{1,2} \w{3} \d\d:\d\d"


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def run_of(store: RunStore, state: str = "finished", own: dict | None = None, **settings) -> Run:
    """A run that was never trained, by the defaults of its type but for what is given."""
    run = made_run(store, "undercomplete", state)
    experiment = Experiment.of("undercomplete", own, **settings)
    write_json(run.path / "experiment.json", experiment.to_dict())
    return Run(run.path)


def test_a_run_is_called_by_what_differs_and_its_time_comes_second(store):
    run = run_of(store, own={"latent_size": 8}, epochs=5)
    assert re.fullmatch(f"code 8 · 5 epochs, {WHEN}", run_label(run))
    assert run_title(summary(run)) == "code 8 · 5 epochs"
    assert re.fullmatch(f"default settings, {WHEN}, paused", run_label(run_of(store, "paused")))
    assert summary_label(summary(run)) == run_label(run)


def test_the_name_that_somebody_gave_it_comes_first(store):
    run = run_of(store, own={"latent_size": 8})
    write_label(run.path, Label("baseline"))
    assert re.fullmatch(f"baseline · code 8, {WHEN}", run_label(run))
    assert run_title(summary(run)) == "baseline"


def test_a_training_that_was_continued_is_called_by_all_its_epochs(store):
    run = run_of(store, epochs=5)
    run.add_change(Change(step=100, epochs=9))
    assert differences_of(run) == "9 epochs" == summary(run).differences


def test_no_two_runs_of_a_list_have_one_label(store):
    own = {"latent_size": 8, "activation": "tanh"}
    same = {"epochs": 5, "batch_size": 64}
    runs = [run_of(store, own=own, **same, seed=seed) for seed in (1, 2, 2)]
    for run in runs:
        status = dataclasses.replace(run.status(), created=1.7e9)
        run.write_status(status)
    labels = run_labels(runs)
    assert len(set(labels.values())) == 3
    common = "code 8 · tanh activation · 5 epochs +2,"
    assert all(label.startswith(common) for label in labels.values())
    assert "seed 1" in labels[runs[0].id] and labels[runs[1].id].endswith(runs[1].id[-4:])


def test_shipped_models_are_called_so():
    assert run_label(shipped("sparse")) == "Shipped model"
    assert [run_label(run) for run in shipped_variants("sparse")] == ["Shipped: top k"]


def test_shipped_models_of_several_types_are_told_by_their_type_alone():
    labels = labels_with_types([shipped("linear"), shipped("deep")])
    assert list(labels.values()) == ["Linear · Shipped model", "Deep · Shipped model"]
