"""The shipped models meet their figures, measured with nothing but Keras and MNIST's images."""

import functools
import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from sklearn.linear_model import LogisticRegression

import aecore
from aecore.data.builtin import BUILTIN
from aecore.data.datasets import load
from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.runs.studies import kept, studies_of
from aecore.shipped.goals import GOALS, Measured
from aecore.shipped.recipes import RECIPES

PACKAGE = Path(aecore.__file__).parent
NOISE = 0.5
ON_MNIST = [name for name, (_, _, settings) in RECIPES.items() if "dataset" not in settings]
ELSEWHERE = [name for name in RECIPES if name not in ON_MNIST]


@pytest.fixture(scope="module")
def mnist():
    with np.load(PACKAGE / "data" / "mnist.npz") as file:
        images = {
            part: file[f"x_{part}"].astype(np.float32)[..., None] / 255
            for part in ("train", "test")
        }
        return images | {name: file[name] for name in ("y_train", "y_test")}


@pytest.fixture(scope="module")
def models():
    return {
        name: keras.models.load_model(PACKAGE / "shipped" / "models" / name / "model.keras")
        for name in ON_MNIST
    }


def squared(clean: np.ndarray, outputs: np.ndarray) -> float:
    return float(np.square(clean - outputs).sum(axis=(1, 2, 3)).mean())


@pytest.fixture(scope="module")
def sse(models, mnist):
    """Of a model by its name, on all test images; several tests ask for the same."""
    images = mnist["test"]

    @functools.cache
    def of(name: str) -> float:
        return squared(images, models[name].predict(images, batch_size=500, verbose=0))

    return of


def test_linear_is_pca(models, mnist, sse):
    flat = mnist["train"].reshape(-1, 784)
    mean = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))
    basis = vectors[:, values.argsort()[::-1][:32]]  # (784, 32)
    centred = mnist["test"].reshape(-1, 784) - mean
    best = np.square(centred - centred @ basis @ basis.T).sum(axis=1).mean()
    assert sse("linear") <= 1.001 * best
    decoder = models["linear"].get_layer("decoder").get_layer("pixels").kernel.numpy()
    cosines = np.linalg.svd(np.linalg.qr(decoder.T)[0].T @ basis)[1]
    assert cosines.min() >= 0.999


@pytest.mark.parametrize(
    "name, most",
    [
        ("undercomplete", 7.8),
        ("deep", 2.7),
        ("convolutional", 3.0),
        ("sparse", 3.6),
        ("sparse-top-k", 6.0),
    ],
)
def test_reconstruction_errors(sse, name, most):
    assert sse(name) <= most


def test_code_sizes(models):
    sizes = {"linear": 32, "undercomplete": 32, "deep": 30, "convolutional": 32, "variational": 2}
    sizes |= {"variational-16": 16, "sparse-top-k": 784}
    for key, size in sizes.items():
        assert models[key].get_layer("encoder").output_shape in ((None, size), [(None, size)] * 2)


def test_denoising(models, mnist):
    clean = mnist["test"][:3000]
    noise = np.random.default_rng(1).normal(0, NOISE, clean.shape)
    noisy = np.clip(clean + noise, 0, 1).astype(np.float32)
    restored = models["denoising"].predict(noisy, batch_size=500, verbose=0)
    decibels = -10 * np.log10(np.square(clean - restored).mean(axis=(1, 2, 3)))
    assert decibels.mean() >= 20.7


def half_masked(images, generator):
    return images * (generator.uniform(size=images.shape) >= 0.5)


def speckled(images, generator):
    chance = generator.uniform(size=images.shape)
    return np.where(chance < 0.15, 0.0, np.where(chance > 0.85, 1.0, images))


@pytest.mark.parametrize(
    "name, spoil, least",
    [("denoising-masking", half_masked, 22.3), ("denoising-salt-pepper", speckled, 21.7)],
)
def test_other_corruptions(models, mnist, name, spoil, least):
    clean = mnist["test"][:2000]
    spoilt = spoil(clean, np.random.default_rng(1)).astype(np.float32)
    assert psnr(clean, models[name].predict(spoilt, batch_size=500, verbose=0)) >= least


def test_super_resolution_beats_bicubic(models, mnist):
    clean = mnist["test"][:2000]
    small = clean.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    blocks = small.repeat(2, axis=1).repeat(2, axis=2)[..., None]
    enlarged = [Image.fromarray(i).resize((28, 28), Image.Resampling.BICUBIC) for i in small]
    bicubic = np.clip(np.stack([np.asarray(i) for i in enlarged]), 0, 1)[..., None]
    finer = models["denoising-super-resolution"].predict(blocks, batch_size=500, verbose=0)
    assert psnr(clean, finer) > psnr(clean, bicubic) + 1


def psnr(clean: np.ndarray, outputs: np.ndarray) -> float:
    return float((-10 * np.log10(np.square(clean - outputs).mean(axis=(1, 2, 3)))).mean())


@pytest.mark.parametrize("name", ["sparse", "sparse-top-k"])
def test_sparse_has_no_dead_unit(models, mnist, name):
    codes = models[name].get_layer("encoder").predict(mnist["test"], verbose=0)
    assert (codes.max(axis=0) > 0.1).all()
    assert codes.mean() < 0.15


def test_top_k_keeps_so_many_units(models, mnist):
    codes = models["sparse-top-k"].get_layer("encoder").predict(mnist["test"][:500], verbose=0)
    assert ((codes > 0).sum(axis=1) <= 25).all()


def test_contractive_is_stiff(models, mnist, sse):
    encoder = models["contractive"].get_layer("encoder")
    images = tf.constant(mnist["test"][:200])
    with tf.GradientTape() as tape:
        tape.watch(images)
        codes = encoder(images)
    jacobian = tape.batch_jacobian(codes, images)
    norms = tf.sqrt(tf.reduce_sum(jacobian**2, axis=[1, 2, 3, 4]))
    with tf.GradientTape() as tape:
        tape.watch(images)
        codes = models["contractive-unpenalised"].get_layer("encoder")(images)
    jacobian = tape.batch_jacobian(codes, images)
    twins = tf.sqrt(tf.reduce_sum(jacobian**2, axis=[1, 2, 3, 4]))
    assert float(tf.reduce_mean(norms)) <= float(tf.reduce_mean(twins)) / 3
    assert sse("contractive") <= 1.2 * sse("contractive-unpenalised")


@pytest.mark.slow
def test_contractive_codes_stay_put_under_noise(models, mnist):
    encoder = models["contractive"].get_layer("encoder")
    noisy = mnist["test"] + np.random.default_rng(0).normal(0, 0.3, mnist["test"].shape)
    codes = encoder.predict(mnist["train"][:10_000], batch_size=500, verbose=0)
    probe = LogisticRegression(C=0.1, max_iter=60).fit(codes, mnist["y_train"][:10_000])
    assert probe.score(encoder.predict(noisy, batch_size=500, verbose=0), mnist["y_test"]) >= 0.86


@pytest.mark.slow
def test_sparse_codes_suit_a_linear_classifier(models, mnist):
    encoder = models["sparse"].get_layer("encoder")
    codes = encoder.predict(mnist["train"][:20_000], batch_size=500, verbose=0)
    probe = LogisticRegression(max_iter=60).fit(codes, mnist["y_train"][:20_000])
    codes = encoder.predict(mnist["test"], batch_size=500, verbose=0)
    assert probe.score(codes, mnist["y_test"]) >= 0.965


@pytest.mark.parametrize("name, most", [("variational", 140), ("variational-16", 98)])
def test_variational_bound(models, mnist, name, most):
    images = mnist["test"]
    encoder, decoder = (models[name].get_layer(part) for part in ("encoder", "decoder"))
    mean, log_variance = encoder.predict(images, batch_size=500, verbose=0)
    noise = np.random.default_rng(0).normal(size=mean.shape)
    p = decoder.predict(mean + np.exp(log_variance / 2) * noise, batch_size=500, verbose=0)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    reconstruction = -(images * np.log(p) + (1 - images) * np.log(1 - p)).sum(axis=(1, 2, 3))
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    assert (reconstruction + kl).mean() <= most


def test_reports_say_what_is_true(sse):
    for name in ON_MNIST:
        run = Run(SHIPPED_MODELS / name)
        words = json.loads(str(run.report_arrays()["words"]))
        if run.corruption[0] == "none":
            assert words["metrics"]["sse"] == pytest.approx(sse(name), rel=1e-3)
        assert run.problem() == ""


@pytest.mark.slow
def test_the_command_measures_the_same(sse):
    data = load("mnist")
    assert {goal.model for goal in GOALS} <= set(RECIPES)
    for name, figure in (("undercomplete", "SSE"), ("sparse-top-k", "SSE")):
        measured = Measured(name, data).figures[figure]()
        assert measured == pytest.approx(sse(name), rel=1e-4)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_models_of_tables_and_series_say_what_is_true(name):
    run = Run(SHIPPED_MODELS / name)
    assert run.problem() == "" and run.dataset in BUILTIN
    clean, layout = load(run.dataset).test.images, run.source.layout
    known = ~np.isnan(clean)
    model = keras.models.load_model(run.model_path, safe_mode=True)
    outputs = model.predict(np.where(known, clean, 0), verbose=0)
    squared = np.where(known, np.square(outputs - np.where(known, clean, 0)), 0)
    axes = tuple(range(1, clean.ndim))
    error = (squared.sum(axis=axes) / known.sum(axis=axes)).mean()
    words = json.loads(str(run.report_arrays()["words"]))
    assert words["metrics"]["mse"] == pytest.approx(error, rel=1e-3)
    assert layout == () or sum(layout) == clean.shape[1]
    assert words["metrics"]["r2"] > 0.3  # it has learnt something


def test_linear_is_pca_of_the_table_too():
    data = load("breast_cancer")
    model = keras.models.load_model(SHIPPED_MODELS / "linear-breast-cancer" / "model.keras")
    rows = data.training.images
    mean = rows.mean(axis=0)
    _, _, axes = np.linalg.svd(rows - mean, full_matrices=False)
    best = np.square((rows - mean) @ axes[6:].T).sum(axis=1).mean() / rows.shape[1]
    mine = np.square(model.predict(rows, verbose=0) - rows).mean()
    assert best * 0.999 <= mine <= best * 1.001


@pytest.mark.parametrize("name", RECIPES)
def test_studies_ship_with_their_models(name):
    run = Run(SHIPPED_MODELS / name)
    for kind in studies_of(run):
        assert kept(run, kind) is not None, kind.name


def test_all_together_are_small():
    files = [path for path in (PACKAGE / "shipped" / "models").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert (PACKAGE / "shipped/models/convolutional/model.keras").stat().st_size <= 600_000
