"""The Features page through Streamlit's own test harness, its measurements made by hand."""

import dataclasses

import numpy as np
import pytest
from made_runs import made_run
from made_sets import record, tabulate
from opening import button, html, open_page, words

from aecore.compute.calls import Calls
from aecore.compute.measuring import Measurements
from aecore.compute.searching import Alike
from aecore.dashboard.applications.features import search
from aecore.data.datasets import load
from aecore.environment import runs_directory
from aecore.runs.files import write_arrays
from aecore.runs.progress import Progress
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.transfer.few_labels import FewLabels
from aecore.transfer.fine_tuning import PRETRAINED, PROBE, SCRATCH, FineTuned
from aecore.transfer.layers import LayerProbes


@pytest.fixture
def store() -> RunStore:
    return RunStore(runs_directory())


def well(app) -> None:
    assert not app.exception and not app.error, [each.value for each in app.error]


def keep(run: Run, code: float, raw: float = 0.7) -> None:
    """Measured by hand: shares of right answers, the same in each draw but for a little."""
    noise = 0.001 * np.arange(5)

    def drawn(share):
        return [(share + noise).tolist(), (share + noise[::-1]).tolist(), [share]]

    found = {
        name: {"linear": drawn(share), "neighbours": drawn(share)}
        for name, share in (("code", code), ("raw", raw), ("pca", 0.6))
    }
    study = FewLabels([10, 100, 1318], found, 1318, 360, 8, 8, 0.1)
    write_arrays(run.study_path(FewLabels.name), study.to_arrays())


def test_the_page_opens_on_a_shipped_run_with_what_was_measured():
    app = open_page("features")
    well(app)
    assert "Measure" not in [each.label for each in app.button]
    assert "With 100 labels, a linear classifier on the code is" in app.success[0].value
    assert "run" not in app.query_params
    assert list(app.dataframe[0].value["classifier"][:1]) == ["Linear classifier"]


@pytest.mark.parametrize(
    "code, box, words_", [(0.9, "success", "better"), (0.5, "warning", "worse")]
)
def test_the_verdict_is_told_and_the_link_keeps_the_run(store, code, box, words_):
    run = made_run(store, dataset="digits")
    keep(run, code)
    app = open_page("features", run=run.id)
    well(app)
    assert words_ in getattr(app, box)[0].value and "1,318 labels" in app.dataframe[0].value
    app.selectbox(key="features.model at hand").set_value("deep").run()
    well(app)
    assert app.query_params["run"] == "deep"


def test_a_single_draw_has_no_interval(store):
    run = made_run(store, dataset="digits")
    drawn = [[0.4, 0.5, 0.5, 0.5, 0.6], [0.6]]
    tuned = dict.fromkeys((PRETRAINED, SCRATCH, PROBE), drawn)
    layers = LayerProbes([64, 8], [80], [[[0.5]], [[0.6]]], 9)
    for study in (layers, FineTuned([10, 100], tuned, 99, 9, 200)):
        write_arrays(run.study_path(study.name), study.to_arrays())
    app = open_page("features", run=run.id, view="Layers")
    well(app)
    assert "one draw, without an interval" in words(app) and "mean of 5 draws" not in words(app)
    app = open_page("features", run=run.id, view="Fine-tuning")
    well(app)
    assert "mean of 5 draws" in words(app) and "one draw, without an interval" in words(app)


def test_what_is_not_measured_is_measured_with_progress_and_a_way_to_stop(store, monkeypatch):
    run = made_run(store, dataset="digits")
    asked, state = [], {"now": None}
    monkeypatch.setattr(Measurements, "progress", lambda self, run, name: state["now"])
    monkeypatch.setattr(
        Measurements, "start", lambda self, run, name: state.update(now=Progress("Encoding", 0.4))
    )
    monkeypatch.setattr(Measurements, "stop", lambda self, run, name: asked.append(name))
    app = open_page("features", run=run.id)
    well(app)
    button(app, f"measure.few-labels.{run.id}").click().run()
    well(app)
    assert "**Encoding**" in app.get("progress")[0].proto.text
    button(app, f"measure.stop.few-labels.{run.id}").click().run()
    assert asked == ["few-labels"]
    state["now"] = None
    keep(run, 0.9)
    app.run()
    well(app)
    assert "better" in app.success[0].value


def test_a_stop_for_which_the_run_is_gone_is_told(store, monkeypatch):
    run = made_run(store, dataset="digits")
    now = Progress("Encoding", 0.4)
    monkeypatch.setattr(Measurements, "progress", lambda self, run, name: now)
    app = open_page("features", run=run.id)
    store.delete(run)  # by another visitor
    button(app, f"measure.stop.few-labels.{run.id}").click().run()
    assert not app.exception and "No such file" in app.toast[0].value


def test_without_classes_it_is_told(store, monkeypatch):
    run = made_run(store, dataset="digits")
    lone = dataclasses.replace(run.source, classes=("all",))
    monkeypatch.setattr(Run, "source", lone)
    app = open_page("features", run=run.id)
    well(app)
    assert "no classes" in app.info[0].value


def test_a_link_to_a_run_that_is_gone_is_told():
    app = open_page("features", run="linear-20260101-000000-abcd")
    assert "does not exist on this server" in app.warning[0].value and not app.exception


def found_in(run: Run, count: int = 4) -> Alike:
    part = load(run.dataset).training.at(np.arange(count))
    return Alike(np.arange(count), part.labels, np.arange(count) / 2, part.images, part.starts, 99)


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda: "digits", "Class and distance"),
        (tabulate, "Class and distance"),
        (record, "only the nearest is shown"),
    ],
)
def test_the_nearest_are_shown_for_every_kind(make, told, store, monkeypatch):
    run = made_run(store, dataset=make())
    searched = []

    def alike(self, path, sample, count):
        searched.append((path, sample.shape))
        return found_in(run)

    monkeypatch.setattr(Calls, "alike", alike)
    sample = np.zeros(run.shape, np.float32)
    monkeypatch.setattr(search, "report", lambda run: None)
    monkeypatch.setattr(search, "choose_query", lambda run, report, way: sample)
    app = open_page("features", run=run.id, view="Search")
    well(app)
    assert searched == [(run.path, run.shape)]
    assert told in words(app) and "among 99 training" in words(app)
    assert "1.50" in html(app)


def test_a_test_image_or_a_drawing_is_searched_for(monkeypatch):
    searched = []

    def alike(self, path, sample, count):
        searched.append(sample)
        return found_in(Run(path))

    monkeypatch.setattr(Calls, "alike", alike)
    app = open_page("features", view="Search")
    well(app)
    assert len(searched) == 1 and searched[0].shape == (28, 28, 1)
    app.selectbox[1].set_value(app.selectbox[1].options[3]).run()
    well(app)
    assert len(searched) == 2 and not np.array_equal(*searched)
    (ways,) = [each for each in app.button_group if "features.search.way" in each.key]
    ways.set_value("draw").run()
    well(app)
    assert "appear here" in words(app)
