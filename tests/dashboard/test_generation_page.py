"""The Generation page through Streamlit's own test harness, on shipped runs."""

import csv
import io
import os
import shutil

import numpy as np
import pytest
from opening import button, html, open_page, words

from aecore.compute.calls import Calls
from aecore.dashboard.applications.generation.quality import copies_told
from aecore.dashboard.applications.generation.takeaway import rows_csv, windows_csv
from aecore.dashboard.session import Selection
from aecore.data.datasets import load
from aecore.generation.decoding import Drawn, beside_training
from aecore.generation.memorising import Memorising
from aecore.generation.study import Generation
from aecore.generation.ways import along, morph
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped


@pytest.fixture
def asked(monkeypatch):
    """The codes that a worker was asked to decode, in order; its answers are test samples."""
    codes = []

    def analyse(self, model, function, *arguments):
        if function is morph:
            corners, side, _ = arguments
            codes.append(corners)
            rows = 1 if len(corners) == 2 else side
            return np.broadcast_to(corners[0], (rows, side, *corners.shape[1:]))
        if function is along:
            sample, direction, steps, _ = arguments
            codes.append(direction)
            return np.broadcast_to(sample, (len(steps), *sample.shape))
        assert function is beside_training
        given, dataset, *_ = arguments
        codes.append(given)
        test = load(dataset).test
        samples = test.images[: len(given)]
        return Drawn(samples, samples, np.arange(len(given)) / 2, test.labels[: len(given)], 1234)

    monkeypatch.setattr(Calls, "analyse", analyse)
    monkeypatch.setattr(Calls, "coded", lambda self, path, places: np.full((2, 16), 7.0))
    return codes


def test_the_page_opens_with_samples_and_draws_again(asked):
    app = open_page("generation")
    assert not app.exception
    assert "Sample: 1" in html(app) and "Nearest: 20" in html(app)
    assert "1,234 training images that the model learnt from" in words(app)
    button(app, "generation.draw").click().run()
    first, second = asked
    assert first.shape == second.shape == (20, 16)
    assert not np.allclose(first, second)
    app.run()
    assert len(asked) == 2  # what was decoded is kept


def test_class_source_and_temperature_reach_the_codes(asked):
    app = open_page("generation")
    app.slider(key="generation.temperature").set_value(0.0).run()
    app.button_group(key="generation.drawn class.mnist").set_value(3).run()
    at_rest, of_one_class = asked[1:]
    assert len(np.unique(of_one_class, axis=0)) < len(np.unique(at_rest, axis=0))
    app.button_group(key="generation.drawn from.variational").set_value("plain").run()
    assert np.allclose(asked[-1], 0)  # the middle of the prior


def test_a_table_is_drawn_in_its_units_and_the_link_keeps_the_run(asked):
    app = open_page("generation", run="undercomplete-penguins")
    assert not app.exception
    assert app.query_params["run"] == "undercomplete-penguins"
    assert "nearest to 8" in html(app)
    run = shipped("undercomplete-penguins")
    samples = load("penguins").test.images[:3]
    header, *rows = csv.reader(io.StringIO(rows_csv(run, samples)))
    assert header == list(run.source.parts) and len(rows) == 3


def test_windows_are_drawn_and_written_step_by_step(asked):
    app = open_page("generation", run="convolutional-ecg")
    assert not app.exception and "nearest to 6" in html(app)
    run = shipped("convolutional-ecg")
    samples = load("ecg").test.images[:2]
    header, *rows = csv.reader(io.StringIO(windows_csv(run, samples)))
    assert header[:2] == ["window", "step"] and len(rows) == 2 * samples.shape[1]


def test_a_u_net_says_why_it_gives_no_samples(asked):
    app = open_page("generation", run="denoising")
    assert "every U-Net" in app.info[0].value and not asked


def test_quality_is_told_from_what_is_kept():
    app = open_page("generation", view="Quality")
    assert not app.exception
    table = app.dataframe[0].value
    assert [float(recall) <= 1 for recall in table["recall"]] == [True] * 3
    assert "small MNIST classifier" in words(app)
    assert "by chance" in [*app.success, *app.warning][0].value


def test_morphs_lie_between_as_many_images_as_are_chosen(asked):
    app = open_page("generation", view="Morphs")
    assert not app.exception
    assert html(app).count("<img") == 81
    app.button_group(key="generation.corners").set_value(2).run()
    assert html(app).count("<img") == 9
    assert [corners.shape for corners in asked] == [(4, 28, 28, 1), (2, 28, 28, 1)]


def test_a_direction_leads_from_one_class_to_another(asked):
    app = open_page("generation", view="Directions")
    assert not app.exception and html(app).count("<img") == 10
    run = shipped("variational-16")
    app.selectbox(key=f"directed.To.{run.id}").set_value(0).run()
    assert asked[0].shape == (16,) and np.allclose(asked[-1], 0)  # from a class to itself
    app.session_state[f"selections.{run.id}"] = (Selection("<b>Mine</b>", (3, 5)),)
    app.run()
    app.selectbox(key=f"directed.To.{run.id}").set_value("<b>Mine</b>").run()
    assert not app.exception and "<b>" not in words(app) and "selection “" in words(app)
    kept = Generation.from_arrays(run.study_arrays(Generation.name))
    np.testing.assert_allclose(asked[-1], 7 - kept.averages[0], atol=1e-6)
    app.session_state[f"selections.{run.id}"] = ()  # it was removed
    app.run()
    assert not app.exception and app.selectbox(key=f"directed.To.{run.id}").value == 1
    app = open_page("generation", view="Directions", run="linear-breast-cancer")
    assert not app.exception


@pytest.mark.parametrize("view", ["Samples", "Morphs", "Directions"])
def test_a_model_that_was_trained_further_is_asked_again(view, asked, tmp_path, monkeypatch):
    run, coded = Run(RunStore(tmp_path / "runs").new_path("variational")), []
    shutil.copytree(shipped("variational-16").path, run.path)

    def answered(self, path, places):
        coded.append(places)
        return np.full((2, 16), 7.0)

    monkeypatch.setattr(Calls, "coded", answered)
    app = open_page("generation", view=view, run=run.id)
    if view == "Directions":
        app.session_state[f"selections.{run.id}"] = (Selection("Mine", (3, 5)),)
        app.run()
        app.selectbox(key=f"directed.To.{run.id}").set_value("Mine").run()
    asked.clear()
    coded.clear()
    os.utime(run.model_path, ns=(1, 1))
    app.run()
    assert not app.exception and not app.error
    assert len(asked) == 1 and len(coded) == (view == "Directions")


def test_all_models_of_a_data_set_stand_in_one_table():
    app = open_page("generation", view="All models")
    assert not app.exception
    table = app.dataframe[0].value
    assert "Shipped: 16" in set(table["model"])
    assert list(table["Fréchet distance"]) == sorted(table["Fréchet distance"])
    assert "U-Net" in words(app)


def test_models_that_learnt_other_classes_are_not_ranked_together(monkeypatch):
    def learnt(run):
        return None, (3,) if run.key == "linear" else ()

    before = open_page("generation", view="All models").dataframe[0].value
    monkeypatch.setattr("aecore.dashboard.applications.generation.all_runs.learnt", learnt)
    after = open_page("generation", view="All models").dataframe[0].value
    assert set(before["type"]) - set(after["type"]) == {"Linear"} and len(after) > 1


def test_the_verdict_on_copies():
    far, none = np.ones(1000), np.zeros(1000)
    assert copies_told(Memorising(far, far, 0.79, 0.79, 900), "row", "rows").startswith("No sign")
    for bad in (Memorising(far, far, 0.99, 0.79, 900), Memorising(none, far, 0.79, 0.79, 900)):
        assert copies_told(bad, "row", "rows").startswith("Some samples are copies")
    assert copies_told(Memorising(far, far, 0.8, 0.79, 5), "row", "rows").startswith(
        "There are too"
    )
    weak = copies_told(Memorising(far, far, 0.801, 0.79, 6000), "row", "rows")
    assert weak.startswith("Hardly a sign") and "no proof of copies" in weak
    clear = copies_told(Memorising(far, far, 0.84, 0.79, 6000), "row", "rows")
    assert clear.startswith("Samples lie nearer to training rows") and "no proof" in clear
