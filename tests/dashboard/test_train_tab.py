"""The Train tab: mistakes are told at their field, and a training is shown as a film."""

import dataclasses
import json

import numpy as np
import pytest
from opening import button, open_page, words
from small import small_experiment

from aecore.dashboard.parts import choices
from aecore.dashboard.parts.film import NOTCH, packed
from aecore.data.datasets import source
from aecore.runs.film import Film
from aecore.runs.status import Status
from aecore.runs.store import RunStore


def told(app) -> dict[str, str]:
    """Key of the field → what is said to be wrong with it, in the same part of the page."""
    found, waiting = {}, [app.main]
    while waiting:
        children = list(getattr(waiting.pop(), "children", {}).values())
        waiting += children
        for error in (each for each in children if each.type == "error"):
            field = next(each for each in children if each is not error)  # then what scrolls there
            found[field.key] = error.value
    assert len(found) == len(app.error)
    return found


@pytest.mark.parametrize(
    "name, value", [("latent_size", 0), ("epochs", 100_000), ("batch_size", -3)]
)
def test_a_number_that_cannot_be_is_told_at_its_field_and_at_the_button(name, value):
    app = open_page("undercomplete", view="Train")
    field = f"undercomplete.set.{name}"
    app.number_input(key=field).set_value(value).run()
    assert "must lie between" in told(app)[field]
    assert "Correct 1 setting above" in words(app)
    assert button(app, "undercomplete.train").disabled
    app.number_input(key=field).set_value(8).run()
    assert not app.error and "Correct" not in words(app)
    assert not button(app, "undercomplete.train").disabled


@pytest.mark.parametrize(
    ("dataset", "sample"), [("mnist", "image"), ("penguins", "row"), ("seattle_weather", "window")]
)
def test_a_code_is_compared_with_what_the_data_consists_of(dataset, sample):
    app = open_page("overcomplete", view="Train")
    app.selectbox(key="overcomplete.set.dataset").set_value(dataset).run()
    app.number_input(key="overcomplete.set.latent_size").set_value(1000).run()
    assert not app.exception and not app.error
    assert f"(larger than the {sample})**" in words(app)


def test_several_mistakes_are_told_together_also_of_texts_and_of_combinations():
    app = open_page("deep", view="Train")
    app.text_input(key="deep.set.encoder_layers").set_value("512, many").run()
    app.number_input(key="deep.set.learning_rate").set_value(0.0).run()
    assert set(told(app)) == {"deep.set.encoder_layers", "deep.set.learning_rate"}
    assert "whole numbers separated by commas" in told(app)["deep.set.encoder_layers"]
    assert "Correct 2 settings above" in words(app)
    app.text_input(key="deep.set.encoder_layers").set_value("512").run()
    app.number_input(key="deep.set.learning_rate").set_value(0.001).run()
    app.selectbox(key="deep.set.output_activation").set_value("linear").run()
    assert "choose the sigmoid output" in told(app)["deep.set.loss"]  # each is possible by itself


def test_the_code_is_that_of_the_settings_as_they_stand():
    app = open_page("linear", view="Train")
    app.number_input(key="linear.set.latent_size").set_value(7).run()
    (code,) = [each.value for each in app.code if "import keras" in each.value]
    assert "layers.Dense(7, " in code and "keras.datasets.mnist" in code
    compile(code, "script", "exec")
    app.selectbox(key="linear.set.dataset").set_value("penguins").run()
    labels = [element.proto.label for element in app.get("download_button")]
    assert {"Script", "Notebook", "Data"} <= set(labels)
    app.number_input(key="linear.set.latent_size").set_value(0).run()
    assert not [each for each in app.code if "import keras" in each.value]


def test_precision_is_asked_for_where_the_machine_and_the_type_gain_by_it(monkeypatch):
    monkeypatch.setattr(choices, "processor_has_bfloat16", lambda: True)
    app = open_page("deep", view="Train")
    app.selectbox(key="deep.set.precision").set_value("bfloat16").run()
    assert not app.error and not button(app, "deep.train").disabled
    assert any("multiplies matrices in bfloat16" in each.value for each in app.code)
    monkeypatch.setattr(choices, "processor_has_bfloat16", lambda: False)
    app.run()
    assert "deep.set.precision" not in [each.key for each in app.selectbox]
    assert not any("bfloat16" in each.value for each in app.code)


def film_of(frames: int = 3) -> Film:
    draw = np.random.default_rng(0)
    pictures = draw.integers(0, 256, (frames, 4, 8, 8, 1), np.uint8)
    return Film(
        pictures[0], pictures[0], pictures, np.arange(frames) / 2,
        np.array([np.nan, *[0.5] * (frames - 1)], np.float32),
        draw.normal(size=(frames, 6, 2)).astype(np.float16), np.arange(6).astype(np.int16),
    )  # fmt: skip


def test_while_one_trains_its_latest_frame_is_shown_and_the_form_is_one_line(tmp_path):
    run = RunStore(tmp_path / "runs").create(small_experiment("linear", epochs=9))
    run.write_previews(dict(vars(film_of())))
    run.write_status(Status("training", stage="Training", epoch=1, epochs=9, fraction=0.1))
    app = open_page("linear", view="Train", latent_size=7, epochs=3)
    assert not app.exception and not app.error
    shown = [each.proto.component_name for each in app.get("bidi_component")]
    assert [name for name in shown if name.endswith("training_film")]
    (line,) = [each for each in app.markdown if "Next training" in each.value]
    assert "code 7" in line.value and "3 epochs" in line.value
    (folded,) = [each for each in app.expander if each.label == "Change settings"]
    assert not folded.proto.expanded
    assert any(each.key == "linear.train" for each in folded.button)
    run.write_status(Status("stopped", epoch=1, epochs=9))
    app.run()
    assert "Next training" not in words(app)
    told = [each.value for each in app.info]
    assert any("Stopped." in each for each in told) and "model is kept" not in "".join(told)
    assert not [each for each in app.expander if each.label == "Change settings"]


@pytest.mark.parametrize("live", [True, False])
def test_a_film_is_sent_whole_or_its_latest_frame(live):
    film, digits = film_of(), dataclasses.replace(source("digits"), classes=("<b>0</b>",) * 10)
    content = packed(film, {"epoch": np.array([1.0])}, digits, 2, live)
    start = 4 + int.from_bytes(content[:4], "little")
    told = json.loads(content[4:start])
    assert told["losses"] == [None, 0.5, 0.5] and told["epochs"] == [0, 0.5, 1]
    assert told["total"] == 2 and told["labels"] == list(range(6)) and not told["corrupted"]
    frames = film.outputs[-1:] if live else film.outputs
    pixels = np.frombuffer(content, np.uint8, film.originals.size + frames.size, start)
    np.testing.assert_array_equal(pixels[film.originals.size :], frames.ravel())
    places = np.frombuffer(content, np.int8, offset=start + len(pixels)) / NOTCH
    expected = film.places[-1:] if live else film.places
    np.testing.assert_allclose(
        places, np.clip(expected, -127 / NOTCH, 127 / NOTCH).ravel(), atol=0.02
    )


@pytest.mark.parametrize("dataset, parts", [("penguins", "columns"), ("ecg", "channels")])
def test_rows_and_windows_are_sent_as_numbers_with_the_way_back_to_their_units(dataset, parts):
    data = source(dataset)
    shown = np.random.default_rng(0).normal(size=(2, 10, *data.shape)).astype(np.float32)
    shown[0, 0, ..., 0] = np.nan
    film = Film(
        shown[0], shown[0], shown, np.arange(2.0), np.full(2, np.nan),
        np.zeros((2, 0, 2), np.float16),
    )  # fmt: skip
    content = packed(film, {}, data, 2, False)
    start = 4 + int.from_bytes(content[:4], "little")
    told = json.loads(content[4:start])
    assert told["shape"] == list(data.shape) and 0 < told["images"] < 10
    assert [each["name"] for each in told[parts]] == list(data.parts[: len(told[parts])])
    values = np.frombuffer(content, "<f4", offset=start).reshape(3, -1, *data.shape)
    count = told["images"]
    np.testing.assert_array_equal(values, [shown[0, :count], *shown[:, :count]])
