"""Samples selected on the map: seen, described, compared, saved and taken away."""

import csv
import io
import os
import shutil

import numpy as np
import pytest
from opening import button, html, open_page, words

from aecore.analysis.report import Report
from aecore.compute import selecting
from aecore.compute.answers import decode
from aecore.compute.calls import Calls
from aecore.dashboard.model import errors
from aecore.dashboard.model.errors import select_bar
from aecore.dashboard.model.map_samples import MapSamples, numbered
from aecore.dashboard.model.selection.panel import on_map
from aecore.dashboard.model.selection.saving import selection_csv
from aecore.dashboard.session import Selection
from aecore.data.datasets import load, source
from aecore.data.own import own_keys
from aecore.figures.grid import data_url
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped, shipped_variants


@pytest.fixture
def here(monkeypatch):
    """Calls are answered in this process."""

    def ask(self, function, *arguments):
        return function(*arguments)

    monkeypatch.setattr(Calls, "decode", lambda self, path, codes: decode(str(path), codes))
    monkeypatch.setattr(Calls, "_ask", ask)
    monkeypatch.setattr(Calls, "_ask_aside", ask)


def runs() -> dict:
    tables, series = shipped_variants("undercomplete"), shipped_variants("variational")
    return {
        "image": shipped("undercomplete"),
        "table": next(run for run in tables if run.dataset == "penguins"),
        "series": next(run for run in series if run.dataset == "seattle_weather"),
    }


@pytest.mark.parametrize("kind", ["image", "table", "series"])
def test_a_selection_is_kept_by_name_compared_and_saved(kind, here):
    run = runs()[kind]
    app = open_page(run.key, run=run.id, view="Latent space")
    assert not any("Selection" in heading.value for heading in app.markdown)
    count = len(Report.from_arrays(run.report_arrays()).mapped)
    some, odd = tuple(range(0, count, 2)), tuple(range(1, count, 2))
    if kind == "series":  # so that windows are left to test
        some, odd = (0, 1), (2, 3)
    app.session_state[f"selected.{run.id}"] = some
    app.run()
    assert not app.exception and not app.error, (app.exception, app.error)
    assert "##### Selection" in words(app)
    table = next(each.value for each in app.dataframe if "Selected now" in each.value.columns)
    assert table["Selected now"].tolist()[0] == f"{len(some):,}"
    assert table["All others"].tolist()[0] == f"{count - len(some):,}"
    if kind == "image":  # the first of them, as it was given
        assert data_url(load(run.dataset).test.images[some[1]]) in html(app)

    app.text_input(key=f"{run.key}.name.{run.id}").input("<b>*Even*</b>")
    next(each for each in app.button if each.label == "Keep").click().run()
    assert app.session_state[f"selections.{run.id}"] == (Selection("<b>*Even*</b>", some),)
    app.session_state[f"selected.{run.id}"] = odd
    app.run()
    app.selectbox(key=f"{run.key}.compared.{run.id}").select("<b>*Even*</b>").run()
    assert not app.exception and not app.error, (app.exception, app.error)
    assert "<b>" not in words(app) and "Even" in words(app)
    assert "Decoded steps" in words(app)

    app.radio(key=f"{run.key}.subset.without").set_value(kind == "series").run()
    button(app, f"{run.key}.subset.save").click().run()
    assert not app.exception and not app.error, (app.exception, app.error)
    (made,) = own_keys()
    assert source(made).kind is run.source.kind

    app.segmented_control(key=f"{run.key}.selection.{run.id}").set_value("<b>*Even*</b>").run()
    button(app, f"{run.key}.show kept").click().run()
    assert app.session_state[f"selected.{run.id}"] == some
    assert not app.exception
    button(app, f"{run.key}.remove kept").click().run()
    assert app.session_state[f"selections.{run.id}"] == ()


@pytest.fixture
def own(tmp_path) -> Run:
    """A run that may be trained further."""
    run = Run(RunStore(tmp_path / "runs").new_path("undercomplete"))
    shutil.copytree(shipped("undercomplete").path, run.path)
    return run


def test_a_model_that_was_trained_further_reconstructs_the_selection_again(own, here, monkeypatch):
    asked, usual = [], {name: getattr(Calls, name) for name in ("selected", "coded")}
    for name in usual:

        def answered(self, *given, name=name):
            asked.append(name)
            return usual[name](self, *given)

        monkeypatch.setattr(Calls, name, answered)
    app = open_page(own.key, run=own.id, view="Latent space")
    app.session_state[f"selections.{own.id}"] = (Selection("Mine", (0, 2)),)
    app.session_state[f"selected.{own.id}"] = (1, 3)
    app.run()
    app.selectbox(key=f"{own.key}.compared.{own.id}").select("Mine").run()
    asked.clear()
    app.run()
    assert not asked
    os.utime(own.model_path, ns=(1, 1))
    app.run()
    assert not app.exception and not app.error
    assert asked == ["selected", "coded", "coded"]


def test_samples_of_a_map_that_is_out_of_date_are_left_out_of_selections(own, here):
    app = open_page(own.key, run=own.id, view="Latent space")
    app.session_state[f"selected.{own.id}"] = (10_000, 64_999)  # of the training part
    app.session_state[f"selections.{own.id}"] = (Selection("Gone", (10_001,)),)
    app.run()
    assert not app.exception and not app.error and "##### Selection" not in words(app)
    app.session_state[f"selected.{own.id}"] = (3, 10_000)
    app.session_state[f"selections.{own.id}"] = (Selection("Gone", (10_001,)),
                                                 Selection("Mixed", (1, 2, 64_999)))  # fmt: skip
    app.run()
    assert not app.exception and not app.error and "##### Selection" in words(app)
    (control,) = [each for each in app.segmented_control if each.label == "Selection"]
    assert control.options == ["Selected now · 1", "Mixed · 2"]


def test_a_sample_that_was_enlarged_is_shown_on_a_map_where_it_can_be_selected(here):
    run = runs()["image"]
    app = open_page(run.key, run=run.id, view="Latent space")
    next(each for each in app.segmented_control if each.label == "Map").set_value("Over time").run()
    app.session_state["wanted sample"] = 3
    app.run()
    assert not app.exception and not app.error, (app.exception, app.error)
    assert app.session_state[f"selected.{run.id}"] == (3,) and "##### Selection" in words(app)
    app.session_state["wanted sample"] = 9_999
    app.run()
    assert not app.exception and "is among the 1,000 on this map" in words(app)


def test_two_selections_are_a_direction_on_the_generation_page(here):
    run = runs()["image"]
    app = open_page(run.key, run=run.id, view="Latent space")
    app.session_state[f"selections.{run.id}"] = (Selection("Selection 1", (0, 2)),)
    app.session_state[f"selected.{run.id}"] = (1, 3, 5)
    app.run()
    app.selectbox(key=f"{run.key}.compared.{run.id}").select("Selection 1").run()
    button(app, f"{run.key}.direct").click().run()
    assert not app.exception and not app.error, (app.exception, app.error)
    begin, end = (app.selectbox(key=f"directed.{way}.{run.id}") for way in ("From", "To"))
    assert (begin.value, end.value) == ("Selection 2", "Selection 1")  # no name was lost
    (_, _, direction, _), _ = app.session_state["generation.along"]
    codes = selecting.coded(str(run.path), np.arange(6))
    wanted = codes[[0, 2]].mean(axis=0) - codes[[1, 3, 5]].mean(axis=0)
    np.testing.assert_allclose(np.frombuffer(direction, np.float32), wanted, atol=1e-4)


def test_the_csv_of_a_selection_has_a_line_for_each_sample():
    run = runs()["image"]
    report = Report.from_arrays(run.report_arrays())
    places = np.array([4, 900])
    codes = selecting.coded(str(run.path), places)
    lines = list(csv.reader(io.StringIO(selection_csv(run, numbered(run, report), places, codes))))
    assert lines[0][:4] == ["image", "class", "error", "z1"] and len(lines) == 3
    assert [line[0] for line in lines[1:]] == ["5", "901"]
    label = load(run.dataset).test.labels[900]
    assert lines[2][1] == run.source.classes[label]
    assert float(lines[2][2]) == pytest.approx(report.sample_errors[900], rel=1e-4)
    found = report.latent.lift(report.latent.places[[4, 900]])
    np.testing.assert_allclose(np.array([line[3:] for line in lines[1:]], float), found, atol=0.02)


def test_noise_of_selected_samples_is_that_of_the_report():
    run = shipped("denoising")
    report = Report.from_arrays(run.report_arrays())
    found = selecting.selected(str(run.path), report.shown[:3])
    errors = np.square(found.outputs - found.clean).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(errors, report.errors[report.shown[:3]], rtol=1e-3)


def test_samples_that_are_not_on_the_map_are_left_out():
    report = Report.from_arrays(shipped("linear").report_arrays())
    assert on_map(MapSamples(shipped("linear"), report), (3, 10**6)) == [3]


def test_a_bar_of_the_errors_is_selected_on_the_map_and_marked_on_other_tabs():
    run = runs()["image"]
    report = Report.from_arrays(run.report_arrays())
    app = open_page(run.key, run=run.id, view="Errors")
    assert "Click a bar to select its images" in words(app) and '" data-chosen' not in html(app)
    worst = report.shown[report.pick("worst")]
    app.session_state[f"selected.{run.id}"] = tuple(sorted(worst.tolist()))
    app.run()
    assert not app.exception and "In magenta: the 10 images" in words(app)
    assert html(app).count('" data-chosen') >= 10


def test_what_the_browser_tells_of_bars_selects_samples_of_the_map(monkeypatch):
    report = Report.from_arrays(shipped("linear").report_arrays())
    found = []
    monkeypatch.setattr(errors, "select", lambda run, places: found.append(places))
    point = {"curve_number": 0, "customdata": [5.0, 6.0]}
    select_bar(shipped("linear"), report, {"selection": {"points": [point]}})
    of = report.sample_errors
    inside = [i for i in report.mapped.tolist() if 5 <= of[i] < 6]
    assert found == [tuple(inside)] and inside
    for event in (None, {}, {"selection": {"points": []}}):
        select_bar(shipped("linear"), report, event)
    assert len(found) == 1
