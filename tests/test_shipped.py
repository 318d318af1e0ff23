"""The shipped models meet their figures, measured with nothing but Keras and MNIST's images."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

import aecore
from aecore.models import AUTOENCODERS
from aecore.runs.store import shipped

PACKAGE = Path(aecore.__file__).parent
NOISE = 0.5


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
        key: keras.models.load_model(PACKAGE / "runs" / "pretrained" / key / "model.keras")
        for key in AUTOENCODERS
        if shipped(key).path.exists()
    }


def squared(clean: np.ndarray, outputs: np.ndarray) -> float:
    return float(np.square(clean - outputs).sum(axis=(1, 2, 3)).mean())


def sse(model, images: np.ndarray) -> float:
    return squared(images, model.predict(images, batch_size=500, verbose=0))


def test_linear_is_pca(models, mnist):
    flat = mnist["train"].reshape(-1, 784)
    mean = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))
    basis = vectors[:, values.argsort()[::-1][:32]]  # (784, 32)
    centred = mnist["test"].reshape(-1, 784) - mean
    best = np.square(centred - centred @ basis @ basis.T).sum(axis=1).mean()
    assert sse(models["linear"], mnist["test"]) <= 1.001 * best
    decoder = models["linear"].get_layer("decoder").get_layer("pixels").kernel.numpy()
    cosines = np.linalg.svd(np.linalg.qr(decoder.T)[0].T @ basis)[1]
    assert cosines.min() >= 0.999


@pytest.mark.parametrize(
    "key, most", [("undercomplete", 7.8), ("deep", 2.7), ("convolutional", 3.0), ("sparse", 3.6)]
)
def test_reconstruction_errors(models, mnist, key, most):
    assert sse(models[key], mnist["test"]) <= most


def test_code_sizes(models):
    sizes = {"linear": 32, "undercomplete": 32, "deep": 30, "convolutional": 32, "variational": 2}
    for key, size in sizes.items():
        assert models[key].get_layer("encoder").output_shape in ((None, size), [(None, size)] * 2)


def test_denoising(models, mnist):
    clean = mnist["test"]
    noise = np.random.default_rng(1).normal(0, NOISE, clean.shape)
    noisy = np.clip(clean + noise, 0, 1).astype(np.float32)
    restored = models["denoising"].predict(noisy, batch_size=500, verbose=0)
    decibels = -10 * np.log10(np.square(clean - restored).mean(axis=(1, 2, 3)))
    assert decibels.mean() >= 20.7


def test_sparse_has_no_dead_unit(models, mnist):
    codes = models["sparse"].get_layer("encoder").predict(mnist["test"], verbose=0)
    assert (codes.max(axis=0) > 0.1).all()
    assert codes.mean() < 0.15


def test_contractive_is_stiff(models, mnist):
    encoder = models["contractive"].get_layer("encoder")
    images = tf.constant(mnist["test"][:200])
    with tf.GradientTape() as tape:
        tape.watch(images)
        codes = encoder(images)
    jacobian = tape.batch_jacobian(codes, images)
    norms = tf.sqrt(tf.reduce_sum(jacobian**2, axis=[1, 2, 3, 4]))
    # the same network unpenalised (`train contractive --weight 0 --epochs 40`): 14.2 and 1.53
    assert float(tf.reduce_mean(norms)) <= 14.2 / 3
    assert sse(models["contractive"], mnist["test"]) <= 1.2 * 1.53


@pytest.mark.slow
def test_contractive_codes_stay_put_under_noise(models, mnist):
    encoder = models["contractive"].get_layer("encoder")
    noisy = mnist["test"] + np.random.default_rng(0).normal(0, 0.3, mnist["test"].shape)
    codes = encoder.predict(mnist["train"][:20_000], batch_size=500, verbose=0)
    probe = LogisticRegression(C=0.1, max_iter=300).fit(codes, mnist["y_train"][:20_000])
    assert probe.score(encoder.predict(noisy, batch_size=500, verbose=0), mnist["y_test"]) >= 0.86


@pytest.mark.slow
def test_sparse_codes_suit_a_linear_classifier(models, mnist):
    encoder = models["sparse"].get_layer("encoder")
    codes = encoder.predict(mnist["train"][:30_000], batch_size=500, verbose=0)
    probe = LogisticRegression(max_iter=200).fit(codes, mnist["y_train"][:30_000])
    codes = encoder.predict(mnist["test"], batch_size=500, verbose=0)
    assert probe.score(codes, mnist["y_test"]) >= 0.965


def test_variational_bound(models, mnist):
    images = mnist["test"]
    encoder, decoder = (models["variational"].get_layer(part) for part in ("encoder", "decoder"))
    mean, log_variance = encoder.predict(images, batch_size=500, verbose=0)
    noise = np.random.default_rng(0).normal(size=mean.shape)
    p = decoder.predict(mean + np.exp(log_variance / 2) * noise, batch_size=500, verbose=0)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    reconstruction = -(images * np.log(p) + (1 - images) * np.log(1 - p)).sum(axis=(1, 2, 3))
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    assert (reconstruction + kl).mean() <= 140


def test_reports_say_what_is_true(models, mnist):
    for key, model in models.items():
        words = json.loads(str(shipped(key).report_arrays()["words"]))
        if key != "denoising":
            assert words["metrics"]["sse"] == pytest.approx(sse(model, mnist["test"]), rel=1e-3)
        assert shipped(key).problem() == ""


def test_all_together_are_small():
    files = [path for path in (PACKAGE / "runs" / "pretrained").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert (PACKAGE / "runs/pretrained/convolutional/model.keras").stat().st_size <= 600_000
