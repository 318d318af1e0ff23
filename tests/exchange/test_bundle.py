"""A run as one file: it comes back whole, or is refused with the reason and leaves no trace."""

import dataclasses
import shutil

import keras
import numpy as np
import pytest
from forging import changed_json, forged, members_of, refused, take
from small import small_experiment

from aecore.compute.training import train
from aecore.data.collection import collecting
from aecore.data.own import put_aside
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import codes, inspect, litert
from aecore.exchange.bundle import is_bundle, pack
from aecore.runs.label import Label, read_label, write_label
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.runs.store import RunStore, shipped
from aecore.training.experiment import Experiment


def test_a_run_of_every_type_comes_back_whole(key, trained, store, digits, tmp_path):
    run = trained(key)
    copy = Run(shutil.copytree(run.path, tmp_path / "here" / run.id))
    content = pack(copy)
    assert content == pack(copy) and is_bundle(content)
    images = digits.test.images[:20]
    expected = np.asarray(keras.models.load_model(copy.model_path)(images))
    shutil.rmtree(copy.path)

    back = take(content, store)
    assert [path.name for path in store.directory.iterdir()] == [run.id] == [back.id]
    assert back.experiment == run.experiment and back.key == key
    assert back.problem() == "" and back.usable
    assert dataclasses.replace(back.status(), heartbeat=0) == dataclasses.replace(
        run.status(), heartbeat=0
    )
    for mine, theirs in (
        (back.history(), run.history()),
        (back.previews(), run.previews()),
        (back.report_arrays(), run.report_arrays()),
    ):
        assert set(mine) == set(theirs) and mine
        for name in mine:
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
    model = keras.models.load_model(back.model_path)
    np.testing.assert_allclose(model(images), expected, atol=1e-6)
    assert set(members_of(pack(back))) == set(members_of(content))


def test_a_shipped_run_comes_back_under_an_id_of_its_own(key, store):
    content = pack(shipped(key))
    found = inspect(content, "it.run.zip")
    assert (found.kind, found.key, found.dataset) == ("run", key, "MNIST")
    assert found.fitting == ("mnist",) and found.metrics["mse"] > 0
    first, second = take(content, store), take(content, store)
    assert first.id != second.id and {run.id for run in store.runs(key)} == {first.id, second.id}
    assert first.experiment == shipped(key).experiment and not first.shipped


def test_a_shipped_run_of_another_name_hides_none_that_ships(store):
    there = store.get("linear-breast-cancer")
    run = take(pack(there), store)
    assert run.id != there.id and store.get(there.id).path == there.path


def test_a_label_comes_along_as_far_as_it_is_one(trained, store, tmp_path):
    run = Run(shutil.copytree(trained("linear").path, tmp_path / "here" / trained("linear").id))
    label = Label.of("Mine", "A note", "a, b")
    write_label(run.path, label)
    content = pack(run)
    assert read_label(take(content, store).path) == label
    for bad in (b"{", b'{"name": 7}', b'{"name": "x", "path": "/"}', b"[" * 60_000):
        back = take(forged(content, {"label.json": bad}), store)
        assert read_label(back.path) == Label() and not back.problem()
        assert (back.path / "label.json").stat().st_size < 100
    bare = forged(content, {"label.json": b" " * 70_000})
    with pytest.raises(FileRefused, match=r"label\.json is longer"):
        take(bare, store)


def test_an_id_that_is_taken_gives_another(trained, store):
    content = pack(trained("linear"))
    first, second = take(content, store), take(content, store)
    assert first.id == trained("linear").id != second.id
    assert second.id in {run.id for run in store.runs("linear")}


@pytest.mark.parametrize("id", ["../../escaped", "/tmp/x", "", "deep-1", "linear", ".x", "a" * 99])
def test_an_id_that_cannot_be_gives_another(id, trained, store):
    run = take(forged(pack(trained("linear")), {}, id=id), store)
    assert run.id.startswith("linear-2") and run.path.parent == store.directory
    assert len(list(store.directory.iterdir())) == 1


@pytest.mark.parametrize("state", ["stopped", "diverged"])
def test_a_run_that_did_not_finish_comes_back_as_it_was(state, trained, store):
    content = pack(trained("linear"))
    words = changed_json(members_of(content)["status.json"], state=state, message="As it was.")
    status = take(forged(content, {"status.json": words}), store).status()
    assert (status.state, status.message) == (state, "As it was.")


def test_a_run_without_a_model_or_at_work_is_not_packed(trained, tmp_path):
    store = RunStore(tmp_path)
    with pytest.raises(RunDamaged, match="it is queued"):
        pack(store.create(small_experiment("linear")))
    run = Run(shutil.copytree(trained("linear").path, tmp_path / "linear-1"))
    run.write_status(Status(state="measuring"))
    with pytest.raises(RunDamaged, match="it is measuring"):
        pack(run)


# own data


@pytest.fixture
def own(tmp_path, monkeypatch) -> str:
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), np.uint8)
    with collecting("Nuts", 28, 1, ink=False) as collection:
        for number, image in enumerate(images):
            collection.add(f"{'good' if number % 2 else 'bad'}/{number}.png", image)
        return collection.finish()


def test_a_run_on_own_images_comes_back_where_they_are_not(own, store, tmp_path, monkeypatch):
    run = RunStore(tmp_path / "runs").create(
        Experiment.of("linear", {"latent_size": 4}, dataset=own, epochs=1)
    )
    train(run)
    content = pack(run)
    lie = changed_json((run.path / "data.json").read_bytes(), classes=["one", "two"])
    refused(forged(content, {"data.json": lie}), store, "data.json has other classes")
    put_aside(own)
    back = take(content, store)
    assert back.source.title == "Nuts" and back.source.classes == ("bad", "good")
    assert back.problem() == "" and inspect(content, "x").dataset == "Nuts"
    store.delete(back)
    for changes in ({"shape": [28, 28, 3]}, {"classes": []}, {"title": 7}):
        lie = changed_json((run.path / "data.json").read_bytes(), **changes)
        refused(forged(content, {"data.json": lie}), store, "data.json")
    lie = changed_json((run.path / "data.json").read_bytes(), classes=["one"])
    refused(forged(content, {"data.json": lie}), store, "previews.npz: labels are not classes")
    unseen = {"data.json": lie, "previews.npz": None}
    refused(forged(content, unseen), store, "report.npz: .* labels are out of range")
    refused(forged(content, {"data.json": None}), store, "data.json")


# out of here


def test_litert_gives_what_keras_gives(key, trained, digits):
    import tensorflow as tf

    run = trained(key)
    images = digits.test.images[:3]
    interpreter = tf.lite.Interpreter(model_content=litert(str(run.path)))
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, images.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, images)
    interpreter.invoke()
    outputs = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    expected = keras.models.load_model(run.model_path)(images)
    np.testing.assert_allclose(outputs, expected, atol=1e-4)


@pytest.mark.parametrize("type", ["denoising", "variational"])
def test_codes_are_those_of_the_report(type, trained, digits):
    from aecore.analysis.report import Report

    report = Report.from_arrays(trained(type).report_arrays())
    found = codes(str(trained(type).path))
    np.testing.assert_allclose(found.errors, report.errors, rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(found.labels, digits.test.labels)
    places = report.latent.project(found.codes[report.mapped])
    np.testing.assert_allclose(places, report.latent.places, atol=1e-3)
