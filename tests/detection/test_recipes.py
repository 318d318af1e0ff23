"""What is proposed for each kind of data can be trained and judged as it is."""

import pytest

from aecore.data.kinds import kind_of
from aecore.detection.recipes import recipe
from aecore.detection.scores import SCORES, usual
from aecore.training.experiment import Experiment


@pytest.mark.parametrize(
    ("shape", "key"),
    [
        ((6,), "own-x-6-table-00000000"),
        ((32, 2), "own-x-32x2-series-00000000"),
        ((8, 1), "own-x-8x1-series-00000000"),
        ((28, 28, 1), "own-x-28-grey-00000000"),
        ((96, 64, 3), "own-x-96x64-colour-00000000"),
    ],
)
@pytest.mark.parametrize("samples", [1, 40, 300_000])
def test_the_recipe_of_a_kind_is_an_experiment(shape, key, samples):
    chosen = recipe(shape)
    settings = chosen.on(samples)
    experiment = Experiment.of(chosen.key, chosen.hyperparameters, dataset=key, **settings)
    assert experiment.shape == shape
    assert 2 <= experiment.epochs <= 100
    assert SCORES[usual(kind_of(shape), chosen.key)].takes(kind_of(shape), chosen.key)


def test_more_samples_are_passed_over_less_often():
    few, many = (recipe((6,)).on(samples) for samples in (300, 30_000))
    assert few["epochs"] > many["epochs"]
    assert few["batch_size"] < many["batch_size"]
