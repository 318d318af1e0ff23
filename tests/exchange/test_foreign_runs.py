"""A stranger's model becomes a run like any other, and travels on as one."""

import dataclasses
import json

import keras
import numpy as np
import pytest
from foreign_models import MODELS, dense, saved, sequence_of_sequences, stirred
from forging import changed_json, forged, members_of, refused
from keras import layers as L

from aecore.__main__ import main
from aecore.analysis.reconstruction import squared_errors
from aecore.data.collection import collecting
from aecore.data.own import put_aside
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in, codes, inspect, litert
from aecore.exchange.bundle import pack
from aecore.runs.origin import Origin
from aecore.runs.run import Run
from aecore.runs.store import RunStore


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A model of the 8×8 digits as somebody else wrote it, and its file."""
    model, _ = stirred(sequence_of_sequences())
    return model, saved(model, tmp_path_factory.mktemp("foreign"))


def take(content: bytes, store: RunStore, **choices) -> Run:
    return store.get(bring_in(content, "../their/model.keras", store, **choices))


def test_a_foreign_model_is_measured_and_kept_as_a_run(foreign, store, digits):
    model, content = foreign
    found = inspect(content, "model.keras")
    assert (found.kind, found.key, found.fitting) == ("model", "undercomplete", ("digits",))
    assert found.anatomy.code_size == 4 and found.metrics is None
    run = take(content, store)
    assert run.id.startswith("undercomplete-") and run in store.runs("undercomplete")
    layer = run.origin.layer
    assert run.origin == Origin("undercomplete", "digits", "model.keras", layer, doubtful=True)
    assert layer.startswith("elu")  # Keras numbers layers of a kind by the process
    assert run.experiment is None and run.problem() == "" and run.usable
    assert run.status().state == "finished" and run.history() == {}
    images = digits.test.images
    expected = np.asarray(model(images.reshape(len(images), -1))).reshape(images.shape)
    np.testing.assert_allclose(keras.models.load_model(run.model_path)(images), expected, atol=1e-5)
    errors = run.report_arrays()["errors"]
    np.testing.assert_allclose(errors, squared_errors(images, expected), rtol=1e-4)
    assert codes(str(run.path)).codes.shape == (len(images), 4)
    assert litert(str(run.path))[4:8] == b"TFL3"


@pytest.mark.parametrize("name", MODELS)
def test_every_foreign_model_fits_the_data_it_was_made_for(name, tmp_path):
    fitting = {
        "dense": ("mnist", "fashion_mnist"),
        "blog": ("mnist", "fashion_mnist"),
        "transposed": (),  # no data set has images of 12 × 8
        "nested": ("mnist", "fashion_mnist"),
        "sequences": ("digits",),
        "branched": ("cifar10",),  # of any size in colour
        "unbuilt": ("digits",),
    }
    found = inspect(saved(MODELS[name][0](), tmp_path), name)
    assert found.fitting == fitting[name] and found.key == MODELS[name][3]


def test_cut_type_and_data_are_the_users_to_choose(foreign, store):
    _, content = foreign
    run = take(content, store, at=0, key="sparse", dataset="digits")
    assert run.key == "sparse" and run.origin.layer == inspect(content, "").anatomy.layers[0].name
    words = json.loads(str(run.report_arrays()["words"]))
    assert words["architecture"]["code_size"] == 16 and "dead" in words["metrics"]


@pytest.mark.parametrize(
    "choices, words",
    [
        ({"dataset": "mnist"}, "does not take the samples"),
        ({"dataset": "../.."}, "does not take the samples"),
        ({"at": 99}, "cannot be cut there"),
        ({"at": -1}, "cannot be cut there"),
        ({"key": "quantum"}, "no type"),
        ({"key": "variational"}, "mean and a log-variance"),
    ],
)
def test_choices_that_do_not_fit_are_refused(choices, words, foreign, store):
    with pytest.raises(FileRefused, match=words):
        take(foreign[1], store, **choices)
    assert not store.directory.exists() or not list(store.directory.iterdir())


def test_a_model_without_data_or_with_wild_outputs_is_refused(tmp_path, store):
    with pytest.raises(FileRefused, match="no data set here"):
        take(saved(keras.Sequential([L.Input((7,)), L.Dense(2), L.Dense(7)]), tmp_path), store)
    wild = keras.Sequential([L.Input((64,)), L.Dense(2), L.Dense(64, "exponential")])
    wild.set_weights([np.full(w.shape, 1e3, np.float32) for w in wild.get_weights()])
    with pytest.raises(FileRefused, match="could not be measured"):
        take(saved(wild, tmp_path), store)
    assert not list(store.directory.glob("*"))


def test_a_foreign_run_travels_on(foreign, store, tmp_path, digits):
    run = take(foreign[1], store, key="contractive")
    expected = keras.models.load_model(run.model_path)(digits.test.images[:9])
    content, origin, id = pack(run), run.origin, run.id
    assert "experiment.json" not in members_of(content)
    store.delete(run)
    assert inspect(content, "x").fitting == ("digits",)
    back = take(content, store)
    assert back.id == id and back.origin == origin and back.problem() == ""
    np.testing.assert_allclose(
        keras.models.load_model(back.model_path)(digits.test.images[:9]), expected, atol=1e-6
    )


@pytest.mark.parametrize(
    "changes",
    [{"type": "quantum"}, {"dataset": "../.."}, {"layer": 7}, {"file": "x" * 999}, {"more": 1},
     {"file": "\ud800"}],
    ids=str,
)  # fmt: skip
def test_an_origin_that_lies_is_refused(changes, foreign, store, tmp_path):
    content = pack(take(foreign[1], RunStore(tmp_path / "first")))
    words = changed_json(members_of(content)["origin.json"], **changes)
    refused(forged(content, {"origin.json": words}), store, r"origin\.json|surrogates")


def test_a_model_that_is_no_encoder_and_decoder_does_not_travel(foreign, store, tmp_path):
    content = pack(take(foreign[1], RunStore(tmp_path / "first")))
    refused(forged(content, {"model.keras": foreign[1]}), store, "model.keras: .* no encoder")
    other = pack(take(saved(dense(), tmp_path), RunStore(tmp_path / "other"), dataset="mnist"))
    model = members_of(other)["model.keras"]
    refused(forged(content, {"model.keras": model}), store, "model.keras: .* another size")


@pytest.mark.parametrize("name, side, channels", [("dense", 28, 1), ("branched", 32, 3)])
def test_a_foreign_model_is_shown_on_ones_own_images(
    name, side, channels, tmp_path, store, monkeypatch
):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    images = np.random.default_rng(0).integers(0, 256, (30, side, side, channels), np.uint8)
    with collecting("Nuts", side, channels, ink=False) as collection:
        for number, image in enumerate(images):
            collection.add(f"{number}.png", image)
        key = collection.finish()
    file = saved(stirred(MODELS[name][0]())[0], tmp_path)
    assert inspect(file, "x").fitting[-1] == key
    run = take(file, store, dataset=key)
    assert run.source.title == "Nuts" and len(run.report_arrays()["errors"]) == 5
    content, model = pack(run), keras.models.load_model(run.model_path)
    store.delete(run)
    put_aside(key)
    back = take(content, store)
    images = images[:4].astype(np.float32) / 255
    again = keras.models.load_model(back.model_path)
    np.testing.assert_allclose(again(images), model(images), atol=1e-6)
    assert back.source.title == "Nuts" and back.problem() == ""
    assert dataclasses.asdict(back.origin) == dataclasses.asdict(run.origin)


def test_the_command_line_takes_a_foreign_model(foreign, store, tmp_path, capsys):
    (tmp_path / "their.keras").write_bytes(foreign[1])
    file, where = str(tmp_path / "their.keras"), ("--runs", str(store.directory), "--json")
    name = inspect(foreign[1], "").anatomy.layers[0].name
    assert main(["import", file, "--layer", name, "--type", "deep", *where]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["type"], said["layer"], said["code_size"]) == ("deep", name, 16)
    assert main(["import", file, "--layer", "nobody", *where]) == 2
    assert f"there are: {name}, " in capsys.readouterr().err
    assert main(["import", file, "--dataset", "nobody", *where]) == 2
    assert "there are: mnist, digits" in capsys.readouterr().err
    assert main(["import", file, "--dataset", "mnist", *where]) == 1
    assert capsys.readouterr().err.startswith("their.keras: It does not take the samples")
    assert [run.id for run in store.runs()] == [said["run"]]
