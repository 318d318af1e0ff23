"""Analyses against a second way of computing them."""

import keras
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.decomposition import PCA

from aecore.analysis import latent as latent_maps
from aecore.analysis import reconstruction, report
from aecore.analysis.activity import activity
from aecore.analysis.anomaly import flagged_by_class, share_above, share_below, threshold_for
from aecore.analysis.architecture import Architecture, describe
from aecore.analysis.latent import latent_map, place_neighbours
from aecore.analysis.reconstruction import encode, measure, reconstruct
from aecore.models import AUTOENCODERS
from aecore.models.denoising import Denoising
from aecore.models.undercomplete import Undercomplete

RANDOM = np.random.default_rng(0)
CLEAN = RANDOM.random((7, 20, 24, 1), np.float32)
OUTPUTS = np.clip(CLEAN + RANDOM.normal(0, 0.1, CLEAN.shape), 0, 1).astype(np.float32)


def test_measures_are_those_of_scikit_image_and_keras():
    figures = measure(CLEAN, OUTPUTS)
    pairs = list(zip(CLEAN[..., 0], OUTPUTS[..., 0], strict=True))
    psnr = np.mean([peak_signal_noise_ratio(a, b, data_range=1) for a, b in pairs])
    assert figures["psnr"] == pytest.approx(psnr, rel=1e-4)
    ssim = [
        structural_similarity(
            a.astype(float), b.astype(float), data_range=1, gaussian_weights=True,
            sigma=1.5, use_sample_covariance=False,
        )
        for a, b in pairs
    ]  # fmt: skip
    assert figures["ssim"] == pytest.approx(np.mean(ssim), abs=0.01)  # they pad the edges
    assert figures["sse"] == pytest.approx(np.square(CLEAN - OUTPUTS).sum() / 7, rel=1e-4)
    bce = float(keras.losses.BinaryCrossentropy()(CLEAN, OUTPUTS)) * 480
    assert figures["bce"] == pytest.approx(bce, rel=1e-3)


def test_a_perfect_reconstruction_is_finite():
    figures = measure(np.round(CLEAN), np.round(CLEAN))
    assert figures["mse"] == 0 and figures["ssim"] == pytest.approx(1, abs=1e-5)
    assert np.isfinite(list(figures.values())).all()


def test_batches_make_no_difference():
    model = Undercomplete().build((20, 24, 1))
    images = RANDOM.random((1203, 20, 24, 1), np.float32)
    np.testing.assert_allclose(
        reconstruct(model, images), model.predict(images, verbose=0), atol=1e-5
    )


def test_large_images_go_through_a_model_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(reconstruction, "VALUES", 3 * 20 * 24)
    sizes = []

    def model(images):
        sizes.append(len(images))
        return 1 - images

    np.testing.assert_array_equal(reconstruct(model, CLEAN), 1 - CLEAN)
    assert sizes == [3, 3, 1]
    few = measure(CLEAN, OUTPUTS)
    monkeypatch.undo()
    assert few == pytest.approx(measure(CLEAN, OUTPUTS), rel=1e-6)
    decoder = Undercomplete(latent_size=2).build_decoder((64, 64, 3))
    monkeypatch.setattr(reconstruction, "VALUES", 2 * 64 * 64 * 3)
    assert encode(decoder, np.zeros((5, 2), np.float32))[0].shape == (5, 64, 64, 3)


def test_a_report_keeps_fewer_images_where_they_are_large():
    errors, labels = RANDOM.random(2000).astype(np.float32), np.arange(2000) % 50
    for most, kept in ((10**6, 50 * 13), (400, 300), (40, 40)):
        shown, firsts, chosen = report._choose(errors, labels, most)
        assert len(shown) <= max(most, 50) and len(shown) >= kept * 0.7
        assert len(firsts) >= 10 and len(chosen) == 10
        order = np.argsort(errors)
        assert set(order[:10]) | set(order[-10:]) <= set(shown)


def test_the_map_is_that_of_principal_components():
    codes = (RANDOM.normal(size=(200, 6)) * [5, 4, 3, 2, 1, 0.1] + 3).astype(np.float32)
    latent = latent_map(codes)
    pca = PCA(6).fit(codes)
    np.testing.assert_allclose(np.abs(latent.places), np.abs(pca.transform(codes)), atol=1e-3)
    np.testing.assert_allclose(latent.explained, pca.explained_variance_ratio_, atol=1e-5)
    np.testing.assert_allclose(latent.lift(latent.places), codes, atol=1e-3)
    np.testing.assert_allclose(latent.project(codes), latent.places, atol=1e-3)


def test_neighbours_stay_together_and_new_codes_join_theirs(quick_maps, monkeypatch):
    for name, usual in quick_maps.items():
        monkeypatch.setattr(latent_maps, name, usual)
    centres = RANDOM.normal(0, 20, (4, 10))
    labels = np.repeat(np.arange(4), 50)
    codes = (centres[labels] + RANDOM.normal(size=(200, 10))).astype(np.float32)
    latent = latent_map(codes)
    middles = np.array([latent.neighbours[labels == c].mean(axis=0) for c in range(4)])
    distances = np.linalg.norm(latent.neighbours[:, None] - middles, axis=-1)
    assert (distances.argmin(axis=1) == labels).mean() > 0.99
    new = latent.project((centres + 0.1).astype(np.float32))
    placed = place_neighbours(latent, new)
    assert np.linalg.norm(placed[:, None] - middles, axis=-1).argmin(axis=1).tolist() == [
        0,
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("shape", [(3, 5), (12, 1), (40, 2), (1, 4)])
def test_few_or_narrow_codes_have_a_map_too(shape):
    latent = latent_map(RANDOM.normal(size=shape).astype(np.float32))
    assert latent.neighbours.shape == (shape[0], 2)
    assert np.isfinite(latent.neighbours).all() and np.isfinite(latent.places).all()


def test_equal_codes_have_a_map():
    latent = latent_map(np.ones((50, 3), np.float32))
    assert np.isfinite(latent.places).all() and np.isfinite(latent.neighbours).all()


def test_thresholds_flag_what_they_should():
    errors = np.arange(1000) / 1000
    threshold = threshold_for(errors, 0.05)
    assert share_above(errors, threshold) == pytest.approx(0.05, abs=0.001)
    labels = np.repeat([0, 1], 500)
    assert flagged_by_class(errors, labels, threshold) == {0: 0.0, 1: pytest.approx(0.1)}
    np.testing.assert_allclose(share_below(errors, np.array([-1, 0.5, 2])), [0, 0.5, 1])


def test_activity_counts_the_dead():
    codes = np.array([[0.5, 0.0, 0.2], [0.0, 0.0, 0.9]])
    assert activity(codes) == {"active": pytest.approx(0.5), "dead": 1.0}


def test_an_architecture_counts_every_weight(key):
    model = AUTOENCODERS[key]().build((28, 28, 1))
    network = describe(model)
    halves = model.get_layer("encoder"), model.get_layer("decoder")
    assert network.parameters == sum(half.count_params() for half in halves)
    assert network.parameters == sum(stage.parameters for stage in network.stages)
    assert network.compression == pytest.approx(784 / network.code_size)
    assert Architecture.from_dict(network.to_dict()) == network
    assert network.decodes_codes


def test_a_u_net_cannot_be_decoded_from_its_code_alone():
    assert not describe(Denoising(network="u-net").build((28, 28, 1))).decodes_codes
