"""What a model makes of samples, in the layers of every type."""

import numpy as np
import pytest

from aecore.detection.features import features, mapped_layers
from aecore.models.base import for_use
from aecore.models.convolutional import Convolutional
from aecore.models.undercomplete import Undercomplete
from aecore.models.variational import Variational

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(10, 12, 1), (16, 2)])
def test_a_convolutional_encoder_gives_maps_of_two_scales_together(shape):
    linear = {} if len(shape) == 3 else {"output_activation": "linear"}
    model = for_use(Convolutional(filters=(3, 4), latent_size=5, **linear).build(shape))
    samples = RANDOM.random((7, *shape), np.float32)
    found = features(model, samples)
    assert found.maps.shape == (7, *(-(-side // 4) for side in shape[:-1]), 3 + 4)
    assert found.outputs.shape == samples.shape
    assert (found.codes.shape, found.spread.shape) == ((7, 5), (7, 0))
    encoder = model.get_layer("encoder")
    first, second = (encoder.get_layer(name) for name in mapped_layers(encoder))
    assert (first.output.shape[-1], second.output.shape[-1]) == (3, 4)


def test_a_variational_encoder_gives_its_spread_and_a_dense_one_no_maps():
    linear = {"output_activation": "linear"}
    rows = RANDOM.random((7, 6), np.float32)
    rows[2, 3] = np.nan
    found = features(for_use(Undercomplete(latent_size=2, **linear).build((6,))), rows)
    assert (found.spread.shape, found.maps.shape) == ((7, 0), (7, 0))
    assert np.isfinite(found.outputs).all()
    assert np.isnan(found.samples[2, 3])
    found = features(
        for_use(Variational(latent_size=2).build((6, 6, 1))), RANDOM.random((3, 6, 6, 1))
    )
    assert found.spread.shape == (3, 2)
    assert (found.spread > 0).all()
