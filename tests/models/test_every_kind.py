"""What every type promises on tables and series: it learns them, or says what would do."""

import itertools

import keras
import numpy as np
import pytest

from aecore.analysis.reconstruction import reconstruct
from aecore.analysis.rows import row_losses
from aecore.data.corruption import corrupt
from aecore.data.splits import Dataset, Split
from aecore.models import AUTOENCODERS, SettingError
from aecore.models.base import for_use
from aecore.training.experiment import Experiment
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver

LAYOUT = (1, 1, 1, 3, 1, 2)  # four numbers and two categories
KINDS = {  # a data set that is not here, its samples' shape, and its layout
    "table": ("own-rows-9-table-00000000", (9,), LAYOUT),
    "series": ("own-waves-16x2-series-00000000", (16, 2), ()),
}
REFUSED = {("convolutional", "table"): "choose another type, such as Deep"}
PAIRS = [pair for pair in itertools.product(AUTOENCODERS, KINDS) if pair not in REFUSED]


def samples(kind: str, count: int, seed: int) -> np.ndarray:
    """Samples of two causes with holes; one has nothing but holes."""
    _, shape, layout = KINDS[kind]
    rng = np.random.default_rng(seed)
    causes = rng.normal(size=(count, 2))
    mix = np.random.default_rng(9).normal(size=(2, int(np.prod(shape))))
    values = (causes @ mix + 0.1 * rng.normal(size=(count, mix.shape[1]))).astype(np.float32)
    for start, width in zip(np.cumsum([0, *layout[:-1]]), layout, strict=False):
        if width > 1:
            part = slice(start, start + width)
            values[:, part] = np.eye(width)[values[:, part].argmax(axis=1)]
        values[rng.random(count) < 0.2, start : start + width] = np.nan
    if not layout:
        values[rng.random(values.shape) < 0.2] = np.nan
    values[0] = np.nan
    return values.reshape(count, *shape)


def data_of(kind: str) -> Dataset:
    parts = [
        Split(samples(kind, count, seed), np.zeros(count, np.int32))
        for seed, count in enumerate((400, 100, 100))
    ]
    return Dataset(*parts, KINDS[kind][2])


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def learnt(request):
    """A type's model after three epochs, its experiment, data and history; not to change."""
    key, kind = request.param
    data, experiment = data_of(kind), Experiment.of(key, dataset=KINDS[kind][0], epochs=3)
    model = build(experiment, data.training.images)
    outcome = fit(model, experiment, data, NoObserver())
    return model, experiment, data, outcome


@pytest.mark.parametrize("pair, told", REFUSED.items())
def test_a_type_that_does_not_take_a_kind_says_what_would_do(pair, told):
    with pytest.raises(SettingError, match=told) as caught:
        Experiment.of(pair[0], dataset=KINDS[pair[1]][0])
    assert str(caught.value).endswith(".")


def test_it_learns_samples_with_holes(learnt):
    model, experiment, _, outcome = learnt
    assert outcome.reason == "finished"
    assert model.output_shape == (None, *experiment.shape)
    losses = [terms["val_loss"] for terms in outcome.history]
    assert np.isfinite(losses).all() and losses[-1] < losses[0]
    assert all(np.isfinite(weights).all() for weights in model.get_weights())


def test_its_loss_counts_known_values_alone(learnt):
    model, experiment, data, _ = learnt
    clean, plain = data.test.images, for_use(model, data.layout)
    inputs = np.asarray(corrupt(clean, "none", 0.0, 0, data.layout))
    outputs = np.asarray(model(inputs, training=False))
    known, losses = ~np.isnan(clean), []
    for row, given, there in zip(clean, outputs, known, strict=True):
        terms, start = [], 0
        if experiment.loss == "mse":
            terms = list(np.square(given[there] - row[there]))
        for width in data.layout if experiment.loss == "mixed" else ():
            part = slice(start, start + width)
            start += width
            if not there[part].all():
                continue
            if width == 1:
                terms.append(np.square(given[part] - row[part])[0])
            else:
                odds = given[part].astype(np.float64)
                terms.append(np.log(np.exp(odds).sum()) - odds[row[part].argmax()])
        losses.append(np.mean(terms) if terms else 0.0)
    measured = np.asarray(model.loss(clean, outputs))
    np.testing.assert_allclose(measured, losses, rtol=1e-3, atol=1e-5)
    filled = np.where(known, outputs, 1e3).astype(np.float32)
    np.testing.assert_allclose(model.loss(clean, filled), losses, rtol=1e-3, atol=1e-5)
    if experiment.loss == "mixed":
        again = row_losses(clean, reconstruct(plain, inputs), data.layout)
        if experiment.autoencoder.key != "variational":  # which decodes a drawn code there
            np.testing.assert_allclose(again, losses, rtol=1e-3, atol=1e-5)


def test_the_model_for_use_is_plain_keras(learnt, tmp_path):
    model, _, data, _ = learnt
    plain = for_use(model, data.layout)
    plain.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    inputs = np.asarray(corrupt(data.test.images, "none", 0.0, 0, data.layout))
    outputs = np.asarray(loaded(inputs))
    np.testing.assert_array_equal(outputs, plain(inputs))
    assert outputs.shape == data.test.images.shape and np.isfinite(outputs).all()
    for layer in loaded._flatten_layers():
        assert type(layer).__module__.startswith("keras."), layer
    start = 0
    for width in data.layout:
        if width > 1:  # a category's values are probabilities
            total = outputs[:, start : start + width].sum(axis=1)
            np.testing.assert_allclose(total, 1, rtol=1e-5)
        start += width
