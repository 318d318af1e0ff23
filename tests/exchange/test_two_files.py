"""An encoder and a decoder that were saved as two files are one autoencoder."""

import json
import math

import halves
import keras
import keras_2
import numpy as np
import pytest
from foreign_models import saved
from keras import layers as L

from aecore.__main__ import main
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in, inspect
from aecore.exchange.bundle import pack
from aecore.exchange.opening import open_files
from aecore.runs.store import RunStore

DATA = {"functional": "mnist", "sequential": "digits", "maps": "digits"}


def files(encoder, decoder, folder, names=("encoder.keras", "decoder.keras"), save=saved):
    return [
        (name, save(half, folder)) for name, half in zip(names, (encoder, decoder), strict=True)
    ]


def saved_by_keras_2(model, folder) -> bytes:
    return keras_2.written(model, folder, "2.15", trained=True)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("name", halves.HALVES)
def test_two_files_are_joined_in_either_order(name, swapped, tmp_path, store):
    encoder, decoder = halves.HALVES[name]()
    given = files(encoder, decoder, tmp_path, ("a.keras", "b.keras"))[:: -1 if swapped else 1]
    plain = open_files(given)
    found = inspect(plain, "both")
    assert found.kind == "model" and found.fitting[0] == DATA[name]
    assert found.anatomy.code_size == np.prod(encoder.output_shape[1:])
    if name == "maps":
        return  # measured below, by Keras 2
    run = store.get(bring_in(plain, "a.keras + b.keras", store, DATA[name]))
    assert run.problem() == "" and run.origin.file == "a.keras + b.keras"
    images = np.random.default_rng(1).random((4, *run.shape), np.float32)
    inner = images.reshape(4, *encoder.input_shape[1:])
    expected = np.asarray(decoder(encoder(inner))).reshape(images.shape)
    whole = keras.models.load_model(run.model_path)
    np.testing.assert_allclose(whole(images), expected, atol=1e-5)
    np.testing.assert_allclose(whole.get_layer("encoder")(images), encoder(inner), atol=1e-5)


def test_two_files_of_keras_2_are_joined_and_travel_on(tmp_path, store):
    encoder, decoder = halves.maps()
    given = files(encoder, decoder, tmp_path, save=saved_by_keras_2)
    run = store.get(bring_in(open_files(given), "both", store))
    assert run.key == "convolutional"
    images = np.random.default_rng(1).random((4, 8, 8, 1), np.float32)
    expected = np.asarray(decoder(encoder(images)))
    packed = pack(run)
    store.delete(run)
    back = store.get(bring_in(packed, "it.run.zip", store))
    model = keras.models.load_model(back.model_path)
    np.testing.assert_allclose(model(images), expected, atol=1e-5)


def test_the_code_is_what_the_encoder_gives_though_the_decoder_narrows_further(tmp_path):
    encoder = keras.Sequential([L.Input((64,)), L.Dense(10)])
    decoder = keras.Sequential([L.Input((10,)), L.Dense(4), L.Dense(64)])
    given = files(encoder, decoder, tmp_path, ("one.keras", "two.keras"))
    assert inspect(open_files(given[::-1]), "both").anatomy.code_size == 10


def test_names_tell_the_encoder_where_shapes_do_not(tmp_path):
    encoder = keras.Sequential([L.Input((64,)), L.Dense(144, activation="relu")])
    decoder = keras.Sequential([L.Input((144,)), L.Dense(64)])
    given = files(encoder, decoder, tmp_path, ("my_encoder.keras", "my_decoder.keras"))
    for order in (given, given[::-1]):
        assert inspect(open_files(order), "both").anatomy.code_size == 144


@pytest.mark.parametrize(
    "order",
    ["mean, log_variance, sample", "sample, mean, log_variance", "mean, log_variance",
     "log_variance, mean, sample"],
)  # fmt: skip
def test_a_variational_encoder_gives_its_mean_and_its_spread(order, tmp_path, store, digits):
    encoder, decoder = halves.variational(order)
    given = files(encoder, decoder, tmp_path)
    found = inspect(open_files(given), "both")
    assert found.key == "variational" and found.anatomy.code_size == 3
    run = store.get(bring_in(open_files(given), "both", store))
    images = digits.test.images
    told = dict(zip(order.split(", "), encoder(images), strict=True))
    model = keras.models.load_model(run.model_path)
    mean, log_variance = map(np.asarray, model.get_layer("encoder")(images))
    np.testing.assert_allclose(mean, told["mean"], atol=1e-5)
    np.testing.assert_allclose(log_variance, told["log_variance"], atol=1e-5)
    np.testing.assert_allclose(model(images), decoder(told["mean"]), atol=1e-5)
    figures = json.loads(str(run.report_arrays()["words"]))["metrics"]
    kl = 0.5 * (np.square(mean) + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean()
    assert figures["kl"] == pytest.approx(kl, rel=1e-3)
    packed = pack(run)
    store.delete(run)
    back = store.get(bring_in(packed, "it.run.zip", store))
    assert back.key == "variational" and back.problem() == ""


def test_a_variational_encoder_may_go_to_another_page_with_its_mean_alone(tmp_path, store):
    given = files(*halves.variational(), tmp_path)
    run = store.get(bring_in(open_files(given), "both", store, "digits", None, "deep"))
    assert len(keras.models.load_model(run.model_path).get_layer("encoder").outputs) == 1


@pytest.mark.parametrize("sizes", [(3, 4), (3, 3, 5)], ids=str)
def test_outputs_of_which_none_is_known_to_be_the_code_are_refused(sizes, tmp_path):
    image = keras.Input((64,))
    encoder = keras.Model(image, [L.Dense(size)(image) for size in sizes])
    decoder = keras.Sequential([L.Input((3,)), L.Dense(64)])
    with pytest.raises(FileRefused, match=rf"encoder\.keras: It has {len(sizes)} outputs .*mean"):
        inspect(open_files(files(encoder, decoder, tmp_path)), "both")


def test_deviations_are_not_taken_for_logarithms(tmp_path):
    image = keras.Input((64,))
    outputs = [L.Dense(3)(image), L.Dense(3, activation="softplus")(image)]
    decoder = keras.Sequential([L.Input((3,)), L.Dense(64)])
    given = files(keras.Model(image, outputs), decoder, tmp_path)
    found = inspect(open_files(given), "both")
    assert found.key == "linear" and found.anatomy.code_size == 3


def unlike(takes, gives):
    layers = [L.Flatten(), L.Dense(math.prod(gives)), L.Reshape(gives)]
    return keras.Sequential([L.Input(takes), *layers])


REFUSED = {
    "another code": (
        unlike((8, 8, 1), (4,)), unlike((5,), (8, 8, 1)),
        r"encoder\.keras takes 8 × 8 × 1 numbers and gives 4, "
        r"decoder\.keras takes 5 numbers and gives 8 × 8 × 1",
    ),
    "the same numbers in another shape": (
        unlike((8, 8, 1), (4, 4, 2)), unlike((32,), (8, 8, 1)), "gives 4 × 4 × 2, takes 32 ",
    ),
    "another image": (
        unlike((8, 8, 1), (4,)), unlike((4,), (9, 9, 1)), "takes 8 × 8 × 1, gives 9 × 9 × 1",
    ),
    "a whole model": (
        unlike((8, 8, 1), (4,)), unlike((8, 8, 1), (8, 8, 1)), "do not fit together",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("swapped", [False, True])
def test_two_files_that_do_not_fit_are_refused_with_both_shapes(name, swapped, tmp_path):
    encoder, decoder, words = REFUSED[name]
    given = files(encoder, decoder, tmp_path)
    if swapped:
        given.reverse()
    parts = words.split(", ")
    words = ".*".join(parts[::-1] if swapped else parts)
    with pytest.raises(FileRefused, match=words):
        inspect(open_files(given), "both")


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)

    def call(self, x):
        return self.dense(x)


def test_a_class_of_ones_own_is_refused_by_the_name_of_its_file(tmp_path):
    Own.__module__ = "__main__"
    model = Own()
    model(np.zeros((1, 64), np.float32))
    decoder = keras.Sequential([L.Input((3,)), L.Dense(64)])
    given = files(model, decoder, tmp_path)
    with pytest.raises(FileRefused, match=r"encoder\.keras: It uses 'Own', which holds code"):
        inspect(open_files(given), "both")


def test_a_sample_that_the_code_depends_on_is_not_left_out(tmp_path):
    image = keras.Input((64,))
    mean, spread = L.Dense(3)(image), L.Dense(3)(image)
    sample = halves.Sampling()([mean, spread])
    for outputs in ([sample], [sample, mean], [mean, sample, L.Dense(3)(sample)]):
        content = saved(keras.Model(image, outputs), tmp_path)
        with pytest.raises(FileRefused, match="'Sampling', which holds code"):
            inspect(content, "it.keras")


ALONE = {
    "encoder": (lambda: halves.functional()[0], "gives 9: an encoder .* the file of its decoder"),
    "flat encoder": (lambda: halves.sequential()[0], "gives 5: an encoder .* its decoder"),
    "encoder of maps": (lambda: halves.maps()[0], "gives 4 × 4 × 6: an encoder"),
    "decoder": (lambda: halves.functional()[1], "takes 9 .* a decoder .* the file of its encoder"),
    "flat decoder": (lambda: halves.sequential()[1], "takes 5 .* gives 64: a decoder"),
    "decoder of maps": (lambda: halves.maps()[1], "takes 4 × 4 × 6 .* a decoder"),
    "variational encoder": (
        lambda: halves.variational()[0], "2 outputs .3, 3 .* variational encoder.* its decoder",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_one_half_alone_is_called_what_it_is(name, tmp_path):
    make, words = ALONE[name]
    with pytest.raises(FileRefused, match=words):
        inspect(saved(make(), tmp_path), "it.keras")


def test_only_an_encoder_and_a_decoder_come_together(tmp_path, packed):
    given = files(*halves.sequential(), tmp_path)
    with pytest.raises(FileRefused, match="3 files were given"):
        open_files([*given, given[0]])
    with pytest.raises(FileRefused, match=r"a\.run\.zip is a run's file"):
        open_files([given[0], ("a.run.zip", packed)])
    with pytest.raises(FileRefused, match=r"b\.keras: .*is empty"):
        open_files([given[0], ("b.keras", b"")])


def test_the_command_line_joins_two_files(tmp_path, capsys):
    for name, content in files(*halves.sequential(), tmp_path):
        (tmp_path / name).write_bytes(content)
    paths = [str(tmp_path / name) for name in ("decoder.keras", "encoder.keras")]
    where = ("--runs", str(tmp_path / "runs"), "--json")
    assert main(["import", *paths, *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["code_size"] == 5 and RunStore(tmp_path / "runs").get(told["run"]).usable
    assert main(["import", paths[0], *where]) == 1
    assert "decoder.keras: It takes 5 numbers and gives 64: a decoder" in capsys.readouterr().err
