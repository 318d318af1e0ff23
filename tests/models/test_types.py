"""Each type's own truth, against a second way of knowing it."""

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA
from small import small_experiment

from aecore.analysis.jacobian import jacobian_norms
from aecore.analysis.likelihood import lower_bound
from aecore.analysis.reconstruction import encode, reconstruct
from aecore.models import AUTOENCODERS, SettingError
from aecore.models.base import for_use
from aecore.models.contractive import Contractive
from aecore.models.overcomplete import Overcomplete
from aecore.models.penalties import closed_form_norm, estimated_norm
from aecore.models.sparse import Sparse
from aecore.models.variational import Variational
from aecore.training.experiment import Experiment
from aecore.training.fit import build, compile_for, fit
from aecore.training.observer import NoObserver
from aecore.training.pretraining import pretrain

SHAPE = (8, 8, 1)


def train(experiment, data):
    model = build(experiment, data.training.images)
    outcome = fit(model, experiment, data, NoObserver())
    return model, outcome


def test_linear_spans_the_principal_subspace(digits):
    experiment = small_experiment("linear", epochs=150, batch_size=128)
    model, _ = train(experiment, digits)
    flat = digits.training.images.reshape(-1, 64)
    pca = PCA(8).fit(flat)
    decoder = model.get_layer("decoder").get_layer("pixels").kernel.numpy()  # (8, 64)
    cosines = np.linalg.svd(np.linalg.qr(decoder.T)[0].T @ pca.components_.T)[1]
    assert cosines.min() > 0.99
    best = np.square(pca.inverse_transform(pca.transform(flat)) - flat).mean()
    mine = np.square(reconstruct(model, digits.training.images).reshape(-1, 64) - flat).mean()
    assert best * 0.9999 <= mine <= best * 1.005


def test_linear_starts_tied_and_centred(digits):
    model = build(small_experiment("linear"), digits.training.images)
    down = model.get_layer("encoder").get_layer("code_units")
    up = model.get_layer("decoder").get_layer("pixels")
    np.testing.assert_array_equal(up.kernel, down.kernel.numpy().T)
    mean = digits.training.images.mean(axis=0)
    np.testing.assert_allclose(model(mean[None])[0], mean, atol=1e-5)
    free = build(small_experiment("linear", {"tied_start": False}), digits.training.images)
    up = free.get_layer("decoder").get_layer("pixels")
    down = free.get_layer("encoder").get_layer("code_units")
    assert not np.array_equal(up.kernel, down.kernel.numpy().T)


def test_top_k_leaves_k_units(digits):
    model, _ = train(small_experiment("sparse", {"penalty": "top-k", "k": 5}), digits)
    codes = encode(model.get_layer("encoder"), digits.test.images)[0]
    active = (codes > 0).sum(axis=1)
    assert active.max() == 5
    assert np.median(active) == 5


@pytest.mark.parametrize("penalty", ["kl", "l1"])
def test_a_sparsity_penalty_quiets_the_code(digits, penalty):
    def activity(weight):
        hyperparameters = {"penalty": penalty, "weight": weight}
        model, _ = train(small_experiment("sparse", hyperparameters, epochs=10), digits)
        return encode(model.get_layer("encoder"), digits.test.images)[0].mean()

    assert activity(5.0) < 0.6 * activity(0.0)


def test_the_kl_term_is_what_the_paper_says(digits):
    kind = Sparse(latent_size=7)
    model = kind.build(SHAPE)
    compile_for(model, Experiment.of("sparse"), 1)
    images = digits.test.images[:50]
    terms = model.test_on_batch(images, images, return_dict=True)
    active = encode(model.get_layer("encoder"), images)[0].mean(axis=0)
    rho = kind.target
    expected = rho * np.log(rho / active) + (1 - rho) * np.log((1 - rho) / (1 - active))
    assert terms["kl"] == pytest.approx(expected.sum(), rel=1e-4)
    assert terms["loss"] == pytest.approx(
        terms["reconstruction"] + kind.weight * terms["kl"] / 64, rel=1e-4
    )


def test_k_must_fit_the_code():
    with pytest.raises(SettingError) as caught:
        Experiment.of("sparse", {"penalty": "top-k", "k": 30, "latent_size": 20})
    assert caught.value.field == "k"


@pytest.fixture(scope="module")
def free(digits):
    """An overcomplete model that nothing keeps from copying."""
    return train(small_experiment("overcomplete", epochs=8), digits)[0]


@pytest.mark.parametrize(
    "regularizer, term", [("l1", "l1"), ("weight decay", "weight_decay"), ("noise", None)]
)
def test_overcomplete_can_be_kept_from_copying(digits, free, regularizer, term):
    hyperparameters = {"regularizer": regularizer, "strength": 0.5}
    model, outcome = train(small_experiment("overcomplete", hyperparameters, epochs=8), digits)
    if term:
        assert outcome.history[-1][term] > 0
    held = digits.validation.images
    worse, better = (np.square(m(held, training=False) - held).mean() for m in (model, free))
    assert worse > better


def test_weight_decay_is_half_the_squared_kernels(digits):
    model = Overcomplete(latent_size=5, regularizer="weight decay", strength=0.1).build(SHAPE)
    compile_for(model, Experiment.of("overcomplete"), 1)
    images = digits.test.images[:10]
    terms = model.test_on_batch(images, images, return_dict=True)
    kernels = [w for w in model.get_weights() if w.ndim == 2]
    expected = 0.5 * sum(np.square(w).sum() for w in kernels)
    assert terms["weight_decay"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("layers", [(), (12,)], ids=["one layer", "deeper"])
def test_the_jacobian_norm_equals_finite_differences(digits, layers):
    model = Contractive(latent_size=6, encoder_layers=layers, activation="tanh").build(SHAPE)
    encoder = model.get_layer("encoder")
    images = digits.test.images[:3].astype(np.float64)
    step, columns = 1e-3, []
    for pixel in np.ndindex(SHAPE):
        nudge = np.zeros(SHAPE)
        nudge[pixel] = step
        ahead, behind = encoder(images + nudge), encoder(images - nudge)
        columns.append((np.asarray(ahead) - np.asarray(behind)) / (2 * step))
    expected = np.sqrt(np.square(columns).sum(axis=(0, 2)))  # over pixels and units
    norms = jacobian_norms(encoder, images.astype(np.float32))
    np.testing.assert_allclose(norms, expected, rtol=1e-2)
    squared = float(np.square(norms).mean())
    tensor = keras.ops.convert_to_tensor(images, "float32")
    if not layers:
        assert float(closed_form_norm(encoder, tensor)) == pytest.approx(squared, rel=1e-4)
    seeds = keras.random.SeedGenerator(0)
    estimates = [float(estimated_norm(encoder, tensor, seeds)) for _ in range(400)]
    assert np.mean(estimates) == pytest.approx(squared, rel=0.1)


def test_contraction_contracts(digits):
    def norm(weight, layers=()):
        hyperparameters = {"weight": weight, "encoder_layers": layers}
        model, _ = train(small_experiment("contractive", hyperparameters, epochs=15), digits)
        return jacobian_norms(model.get_layer("encoder"), digits.test.images[:50]).mean()

    assert norm(1.0) < 0.7 * norm(0.0)
    assert norm(1.0, (20,)) < 0.7 * norm(0.0, (20,))


def test_pretraining_helps_the_first_epoch(digits):
    plain = {"normalization": "none", "activation": "sigmoid"}
    _, without = train(small_experiment("deep", plain), digits)
    _, with_it = train(small_experiment("deep", {**plain, "pretraining_epochs": 20}), digits)
    assert with_it.history[0]["val_loss"] < without.history[0]["val_loss"]


def test_pretraining_takes_missing_values_as_the_mean(digits):
    experiment = small_experiment("deep", {"pretraining_epochs": 1})
    images = digits.training.images[:64].copy()
    model = build(experiment, images)
    images[:, 2] = np.nan
    assert pretrain(model, experiment, images, NoObserver())[0] == ""
    assert all(np.isfinite(weights).all() for weights in model.get_weights())


def test_pretraining_needs_mirrored_layers():
    with pytest.raises(SettingError) as caught:
        Experiment.of("deep", {"pretraining_epochs": 1, "decoder_layers": (256,)})
    assert caught.value.field == "decoder_layers"


@pytest.mark.parametrize("network", ["bottleneck", "u-net", "dense"])
def test_denoising_brings_back_what_noise_took(digits, network):
    hyperparameters = {"network": network, "hidden_layers": (64,), "latent_size": 24}
    experiment = small_experiment("denoising", hyperparameters, epochs=25, corruption_strength=0.3)
    model, _ = train(experiment, digits)
    clean = digits.test.images
    noise = np.random.default_rng(0).normal(0, 0.3, clean.shape)
    noisy = np.clip(clean + noise, 0, 1).astype(np.float32)
    restored = reconstruct(for_use(model), noisy)
    assert np.square(restored - clean).mean() < 0.8 * np.square(noisy - clean).mean()


def test_too_many_halvings_are_refused():
    with pytest.raises(SettingError, match="3 times at most") as caught:
        Experiment.of("convolutional", {"filters": (2, 2, 2, 2)}, dataset="digits")
    assert caught.value.field == "filters"
    with pytest.raises(SettingError, match="at least one"):
        Experiment.of("convolutional", {"filters": ()})
    with pytest.raises(SettingError, match="at least 2 scales"):
        Experiment.of("denoising", {"network": "u-net", "filters": (4,)})


@pytest.mark.parametrize("decoder", ["bernoulli", "gaussian", "beta-binomial"])
def test_the_variational_loss_is_the_negative_bound(digits, decoder):
    model = Variational(latent_size=3, decoder=decoder).build(SHAPE)
    compile_for(model, Experiment.of("variational", {"decoder": decoder}), 1)
    images = digits.test.images
    loss = np.mean([model.test_on_batch(images, images)[0] for _ in range(5)])
    bound = np.mean([lower_bound(for_use(model), images, seed)["elbo"] for seed in range(5)])
    assert loss * 64 == pytest.approx(-bound, rel=0.02)


def test_beta_zero_removes_the_kl_term(digits):
    def kl(beta):
        model, outcome = train(small_experiment("variational", {"beta": beta}, epochs=15), digits)
        return lower_bound(for_use(model), digits.test.images)["kl"], outcome.history[-1]

    free, terms = kl(0.0)
    assert terms["loss"] == pytest.approx(terms["reconstruction"], rel=1e-5)
    assert kl(4.0)[0] < 0.5 * free


def test_the_gaussian_decoder_learns_its_variance(digits):
    experiment = small_experiment("variational", {"decoder": "gaussian"}, epochs=20)
    model, _ = train(experiment, digits)
    plain = for_use(model)
    images = digits.test.images
    codes = encode(plain.get_layer("encoder"), images)[0]
    mean, log_variance = (np.asarray(part) for part in plain.get_layer("decoder")(codes))
    squared = np.square(images - mean)
    always_black = images.max(axis=(0, 3)) == 0
    assert log_variance[:, always_black].mean() < log_variance[:, ~always_black].mean() - 2
    surprise = squared / np.exp(log_variance)  # 1 if the variance is right
    assert 0.4 < surprise[:, ~always_black].mean() < 2.5


def test_the_registry_names_types_by_their_keys():
    for key, kind in AUTOENCODERS.items():
        assert kind.key == key
        assert kind.title and kind.summary.endswith(".") and kind.reference
