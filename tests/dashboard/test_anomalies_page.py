"""The Anomalies page through Streamlit's own test harness, its judgements made by hand."""

import csv
import dataclasses
import io
from unittest.mock import Mock

import numpy as np
import pytest
from made_runs import made_run
from made_sets import collect, record, tabulate
from opening import button, html, open_page, words

from aecore.compute.calls import Calls
from aecore.compute.jobs import Jobs
from aecore.dashboard.applications.anomalies.setup import (
    proposed_normal,
    proposed_type,
)
from aecore.dashboard.applications.anomalies.takeaway import verdicts_csv
from aecore.data.datasets import source
from aecore.data.learnt import learnt_size
from aecore.data.own import own_directory, put_aside
from aecore.data.splits import DataUnavailable
from aecore.detection.detector import Detector
from aecore.detection.judgement import Judgement
from aecore.detection.judging import New
from aecore.detection.thresholds import at_value, false_alarms
from aecore.environment import runs_directory
from aecore.runs.control import enqueue
from aecore.runs.detectors import keep_detector, kept_detector
from aecore.runs.marks import marked, read_marks
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.steps import suited

NORMAL, ANOMALIES = 60, 12


def judged_by_hand(run, truth=None, apart: float = 3.0) -> Judgement:
    """Normal samples score 0 to 1, anomalies `apart` more; a baseline that is random."""
    rng = np.random.default_rng(0)
    count, shape = NORMAL + ANOMALIES, run.shape
    if truth is None:
        truth = np.r_[np.zeros(NORMAL, np.int8), np.ones(ANOMALIES, np.int8)]
    scores = rng.random(count) + apart * (np.arange(count) >= NORMAL)
    calibration = np.sort(rng.random(40))
    shown = np.argsort(-scores)[:15]
    in_time = run.source.series is not None
    kept = rng.random((15, *shape)).astype(np.float32)
    parts = {1: (len(run.source.parts),), 2: shape, 3: shape[:2]}[len(shape)]
    reasons = rng.random((15, *parts)).astype(np.float32)
    reasons /= reasons.sum(axis=tuple(range(1, reasons.ndim)), keepdims=True)
    detector = Detector("error", {}, false_alarms(calibration, 0.05), calibration, (), run.dataset)
    learnt = np.zeros(count, bool)
    learnt[:20] = in_time
    return Judgement(
        detector, scores, truth, np.zeros(count, np.int32), np.arange(100, 100 + count), learnt,
        {"pca": rng.random(count)}, shown,
        np.sort(shown) if in_time else np.zeros(0, int),
        (255 * kept).astype(np.uint8) if len(shape) == 3 else kept, kept[..., ::-1], reasons,
    )  # fmt: skip


@pytest.fixture
def opened(monkeypatch):
    """Opens the page of a run whose judgement is made by hand."""

    def open(run, judged=None, view="Result"):
        judged = judged or judged_by_hand(run)
        page = "aecore.dashboard.applications.anomalies.page"
        monkeypatch.setattr(f"{page}.judgement_of", lambda run: judged)
        query = {} if view == "Result" else {"view": view}
        app = open_page("anomalies", run=run.id, **query)
        well(app)
        return app

    return open


@pytest.fixture
def store() -> RunStore:
    return RunStore(runs_directory())


def well(app) -> None:
    assert not app.exception and not app.error, [each.value for each in app.error]


def told(app) -> str:
    alerts = (*app.success, *app.info, *app.warning)
    return words(app) + "\n".join(each.value for each in alerts)


def chosen(app, run):
    """The threshold that the session holds for the error."""
    model = run.model_path.stat().st_mtime_ns
    return app.session_state[f"anomalies.threshold.{run.id}.error.{model}"]


def test_a_class_of_a_labelled_set_is_learnt_in_two_clicks(store, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    app = open_page("anomalies", data="digits")
    well(app)
    assert "Everything is learnt" in words(app)
    app.button_group(key="anomalies.normal.digits").set_value([3]).run()
    assert "Learnt as normal: 3. Anomalies: the other 9 classes." in words(app)
    button(app, "anomalies.train").click().run()
    app.run()
    well(app)
    (run,) = store.runs()
    assert run.recipe.normal == (3,) and run.recipe.dataset == "digits"
    assert run.key == "undercomplete" and run.status().state == "queued"
    assert button(app, f"anomalies.stop.{run.id}")  # what trains is seen on this page
    button(app, "anomalies.train").click().run()
    assert "already running" in told(app) and len(store.runs()) == 1


def test_several_types_are_trained_at_once(store, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    app = open_page("anomalies", data="digits")
    app.button_group(key="anomalies.types.digits").set_value(["linear", "sparse"]).run()
    assert button(app, "anomalies.train").label == "Train 2 detectors"
    button(app, "anomalies.train").click().run()
    assert {run.key for run in store.runs()} == {"linear", "sparse"}
    app.button_group(key="anomalies.types.digits").set_value([]).run()
    assert button(app, "anomalies.train").disabled and "at least one type" in words(app)


def test_the_page_of_data_sets_leads_here(store, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    key = collect(folders=("good", "scratched"))
    links = [link.proto for link in open_page("data").get("page_link")]
    assert f"data={key}" in [link.query_string for link in links if "anomalies" in link.page]
    app = open_page("anomalies", data=key)
    well(app)
    assert app.selectbox(key="anomalies.data").value == key
    assert "Learnt as normal: good. Anomalies: the other class." in words(app)
    button(app, "anomalies.train").click().run()
    (run,) = store.runs()
    usual = Experiment.of("convolutional", dataset=key, normal=run.recipe.normal)
    assert (
        run.recipe == suited(usual, learnt_size(key, source(key), (0,))) != usual
    )  # enough steps for so few images


def test_a_run_that_was_trained_elsewhere_is_opened_as_a_detector(store):
    run = made_run(store, dataset="digits")
    app = open_page("anomalies")
    app.selectbox(key="anomalies.trained").set_value(run.id).run()
    well(app)
    links = [link.proto for link in app.get("page_link")]
    assert f"run={run.id}" in [link.query_string for link in links if link.label == "Judge images"]
    app.selectbox(key="anomalies.trained").set_value("linear-breast-cancer").run()
    links = [link.proto for link in app.get("page_link") if link.proto.label == "Judge rows"]
    assert [link.query_string for link in links] == ["run=linear-breast-cancer"]  # it ships


def test_what_is_normal_and_which_type_suits_is_proposed():
    photos = source(collect(folders=("good", "scratched")))
    assert proposed_normal(photos) == (photos.classes.index("good"),)
    assert proposed_type(photos) == "convolutional" and proposed_type(source("digits")) != (
        "convolutional"
    )
    assert learnt_size("digits", source("digits"), (3, 5)) == 264  # of 1,318, a tenth each
    people = source(tabulate())
    assert people.classes[proposed_normal(people)[0]] == "ok"
    assert proposed_normal(source("mnist")) == ()


def test_the_verdict_and_what_follows_from_the_threshold(store, opened):
    run = made_run(store, dataset="digits")
    app = opened(run)
    assert "is better than the best baseline, PCA" in told(app)
    assert "Flagged above" in words(app) and "False alarms a day" in words(app)
    assert "12 (100.0%)" in html(app)  # all anomalies are flagged
    assert list(app.dataframe[-1].value["detector"]) == ["Linear autoencoder", "PCA"]
    share = app.select_slider(key=f"anomalies.share.{run.id}")
    share.set_value(20.0).run()
    well(app)
    flagged = 1 - chosen(app, run).share
    assert flagged == pytest.approx(0.8, abs=0.05)
    for rule in ("cost", "f1", "hand"):
        app.button_group(key=f"anomalies.rule.{run.id}").set_value(rule).run()
        well(app)
        assert chosen(app, run).rule == rule
    judged = judged_by_hand(run)
    table = list(csv.DictReader(io.StringIO(verdicts_csv(run, judged, judged.truth, 2.0))))
    assert [row["flagged"] for row in table] == ["1"] * ANOMALIES + ["0"] * NORMAL
    assert [row["known"] for row in table] == ["anomaly"] * ANOMALIES + ["normal"] * NORMAL
    assert {int(row["image"]) for row in table} == set(range(101, 101 + len(table)))


def test_more_false_alarms_than_promised_are_told(store, opened):
    run = made_run(store, dataset="digits")
    judged = judged_by_hand(run)
    assert "than the interval allows" not in told(opened(run, judged))
    unlike = dataclasses.replace(judged, scores=judged.scores + 0.9)
    assert "than the interval allows" in told(opened(run, unlike))


def test_the_verdict_may_be_against_the_network(store, opened):
    run = made_run(store, dataset="digits")
    judged = judged_by_hand(run, apart=0.0)
    judged.baselines["pca"] = judged.truth + judged.scores
    assert "which needs no network" in told(opened(run, judged))


def test_a_verdict_is_corrected_and_the_figures_follow(store, opened):
    run = made_run(store, dataset="digits")
    app = opened(run)
    judged = judged_by_hand(run)
    top = int(judged.where[judged.shown[0]])
    assert button(app, f"anomalies.list.{run.id}.mark.1").disabled  # it is known for one
    button(app, f"anomalies.list.{run.id}.mark.0").click().run()
    well(app)
    assert read_marks(run) == {top: 0} and "11 (100.0%)" in html(app)
    after = marked(judged.truth, judged.where, read_marks(run))
    assert np.flatnonzero(after != judged.truth).tolist() == [judged.shown[0]]


def test_a_verdict_of_a_shipped_detector_is_corrected_where_nothing_was_written_yet(store, opened):
    run = store.get("undercomplete-breast-cancer")
    app = opened(run)
    judged = judged_by_hand(run)
    button(app, f"anomalies.list.{run.id}.mark.0").click().run()
    well(app)
    assert read_marks(run) == {int(judged.where[judged.shown[0]]): 0}


def test_a_mark_that_cannot_be_written_is_told(store, opened, monkeypatch):
    run = made_run(store, dataset="digits")
    app = opened(run)
    monkeypatch.setattr(
        "aecore.runs.marks.write_json", Mock(side_effect=OSError("The disk is full."))
    )
    button(app, f"anomalies.list.{run.id}.mark.0").click().run()
    well(app)
    assert [toast.value for toast in app.toast] == ["The disk is full."]


def test_a_threshold_is_saved_and_goes_with_the_exported_detector(store, opened):
    run = made_run(store, dataset="digits")
    judged = judged_by_hand(run)
    keep_detector(run, judged.detector)
    app = opened(run, judged, "Export")
    assert f"detect {run.id}" in app.code[0].value
    app = opened(run, judged)
    assert not [each for each in app.button if each.key == "anomalies.keep"]
    app.select_slider(key=f"anomalies.share.{run.id}").set_value(20.0).run()
    button(app, "anomalies.keep").click().run()
    well(app)
    assert kept_detector(run).threshold.wanted == pytest.approx(0.2)


@pytest.mark.parametrize("rule", ["hand", "cost", "false alarms"])
def test_a_saved_threshold_is_that_of_a_new_session(store, opened, rule):
    run = made_run(store, dataset="digits")
    judged = judged_by_hand(run)
    saved = at_value(judged.detector.calibration, 0.7654, rule=rule)
    if rule == "false alarms":
        saved = false_alarms(judged.detector.calibration, 0.07)
    judged = dataclasses.replace(
        judged, detector=dataclasses.replace(judged.detector, threshold=saved)
    )
    app = opened(run, judged)
    assert chosen(app, run) == saved
    assert not [each for each in app.button if each.key == "anomalies.keep"]


def test_what_was_marked_is_trained_with(store, opened, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    run = made_run(store, dataset=collect(folders=("bad", "good")), normal=(1,))
    judged = dataclasses.replace(judged_by_hand(run), where=np.arange(72) % 30)
    app = opened(run, judged)
    at = int(judged.where[judged.shown[0]])
    before = np.fromfile(own_directory() / run.dataset / "labels.bin", np.int32)
    button(app, f"anomalies.list.{run.id}.mark.0").click().run()
    assert "**1 image** marked." in words(app)
    button(app, "anomalies.again").click().run()
    well(app)
    (again,) = (each for each in store.runs() if each.id != run.id)
    assert again.source.title == "Screws, corrected" and again.recipe.normal == (1,)
    labels = np.fromfile(own_directory() / again.dataset / "labels.bin", np.int32)
    assert (labels == 1).sum() - (before == 1).sum() == (
        before[at] != 1
    ) and again.status().state == "queued"
    app = opened(run, judged)
    button(app, "anomalies.unmark").click().run()
    assert read_marks(run) == {} and "marked." not in words(app)


def test_without_labels_the_threshold_is_still_chosen_and_a_mark_is_enough(store, opened):
    run = made_run(store, dataset="digits")
    unknown = np.full(NORMAL + ANOMALIES, -1, np.int8)
    app = opened(run, judged_by_hand(run, unknown))
    assert "These images have no labels" in told(app)
    assert "The samples have no labels" in told(app)
    over = chosen(app, run).value
    count = int((judged_by_hand(run).scores > over).sum())
    assert f"**{count}** of 72 images without a label are flagged" in words(app)
    rules = app.button_group(key=f"anomalies.rule.{run.id}")
    assert list(rules.options) == ["False alarms", "By hand"]
    for value in (0, 1):
        button(app, f"anomalies.list.{run.id}.mark.{value}").click().run()
        well(app)
        said = "are normal" if value == 0 else "are anomalies"
        assert said in told(app)  # all that is known is one sample
        assert "have no labels" not in told(app)


def test_alarms_of_which_nothing_is_known_are_not_called_normal(store, opened):
    run = made_run(store, "undercomplete", dataset=record())
    truth = np.full(NORMAL + ANOMALIES, -1, np.int8)
    truth[NORMAL] = 1
    judged = judged_by_hand(run, truth)
    judged.scores[[30, 40]] = 2.0
    judged.truth[40] = 0
    app = opened(run, judged)
    labelled = next(d.value for d in app.dataframe if "labelled" in d.value)["labelled"]
    assert set(labelled) == {"anomaly", "normal", ""}


def test_anomalies_that_are_not_shaded_are_told(store, opened, monkeypatch):
    run = made_run(store, "undercomplete", dataset=record())
    page = "aecore.dashboard.applications.anomalies.over_time"
    truth = np.tile([0, 1], (NORMAL + ANOMALIES) // 2).astype(np.int8)
    app = opened(run, judged_by_hand(run, truth))
    assert "Red: labelled anomalies." in words(app)
    monkeypatch.setattr(f"{page}.MOST_SHADED", 30)
    app = opened(run, judged_by_hand(run, truth))
    assert "anomalies, of which the first 30 of 36 are shaded." in words(app)


@pytest.mark.parametrize("make, key", [(tabulate, "undercomplete"), (record, "undercomplete")])
def test_rows_and_stretches_have_reasons_in_their_units(make, key, store, opened):
    run = made_run(store, key, dataset=make())
    app = opened(run)
    assert "Most unusual" in words(app) or "most unusual" in words(app)
    if run.source.table is not None:
        shares = next(d.value for d in app.dataframe if "share" in d.value)
        assert shares["share"].sum() == pytest.approx(1, abs=1e-3)
        assert set(shares["column"]) == {"Größe", "weight", "town", "day"}
    else:
        assert "Over time" in words(app) and "Point-adjusted F1" in words(app)
        assert "there are too few events, 1 of at least 3" in told(app)
        compared = next(d.value for d in app.dataframe if "ROC AUC" in d.value)
        assert set(compared["95% interval"]) == {""} and "whole events" in words(app)
        assert "of the normal validation steps (40 independent windows); of new" in words(app)
        assert "Flagged steps a day, if all are normal: " in words(app)
        assert "False alarms a day" not in words(app)


def test_new_rows_are_judged_with_the_threshold_that_was_chosen(store, opened, monkeypatch):
    run = made_run(store, "undercomplete", dataset=tabulate())
    judged = judged_by_hand(run)

    def analyse(self, model, function, detector, samples, layout):
        scores = np.arange(len(samples), dtype=float)
        reasons = np.full((len(samples), len(layout)), 1 / len(layout), np.float32)
        return New(scores, scores > 1, np.zeros_like(samples), reasons)

    monkeypatch.setattr(Calls, "analyse", analyse)
    page = "aecore.dashboard.applications.anomalies.new_data"
    monkeypatch.setattr(f"{page}.report", lambda run: judged)  # whose first rows are offered
    app = opened(run, judged, "New data")
    app.button_group(key="undercomplete.rows.way").set_value("paste").run()
    assert "Add rows to check them for anomalies." in told(app)
    lines = "\n".join(f"{n}\t3\tKöln\t2024-01-05" for n in range(4))
    app.text_area[0].set_value(lines).run()
    well(app)
    assert "**3** of 4 rows flagged." in words(app) and "row 4" in words(app)


def test_a_link_to_a_run_that_is_gone_is_told():
    app = open_page("anomalies", run="linear-20260101-000000-abcd")
    assert "does not exist on this server" in app.warning[0].value and not app.exception
    app = open_page("anomalies", data="own-gone-28-grey-00000000")
    assert "does not exist on this server" in app.warning[0].value and not app.exception


def test_a_detector_without_its_data_still_judges_new_data(store, monkeypatch):
    run = made_run(store, dataset=collect())
    detector = judged_by_hand(run).detector
    keep_detector(run, detector)
    put_aside(run.dataset)
    fails = DataUnavailable("The data set {!r} is not on this machine.", run.dataset)
    monkeypatch.setattr(Calls, "judge", Mock(side_effect=fails))
    app = open_page("anomalies", run=run.id)
    assert "is not on this machine" in app.error[0].value
    assert "Its detector judges *New data* without that." in told(app)
    assert f"calibrated on {detector.threshold.normal} normal validation samples" in told(app)
    app = open_page("anomalies", run=run.id, view="New data")
    well(app)
    assert "Add images to check them for anomalies." in told(app)
    app = open_page("anomalies", run=run.id, view="Export")
    assert f"detect {run.id}" in app.code[0].value
    assert button(open_page("anomalies"), "anomalies.import").label == "Import…"


def test_a_stretch_of_a_series_is_chosen_as_normal(store, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    key = record()
    app = open_page("anomalies", data=key)
    app.toggle(key=f"anomalies.stretch.{key}").set_value(True).run()
    well(app)
    first, last = (app.number_input(key=f"anomalies.{end}.{key}") for end in ("first", "last"))
    first.set_value(301)
    last.set_value(300).run()
    assert "The first step lies before the last" in app.error[0].value
    assert button(app, "anomalies.train").disabled
    last.set_value(700).run()
    well(app)
    assert "for validation. All else is judged." in words(app)
    button(app, "anomalies.train").click().run()
    well(app)
    (run,) = store.runs()
    assert run.source.series is not None and run.source.series.learnt == (300, 700)
