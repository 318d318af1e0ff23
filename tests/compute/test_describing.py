"""A network is described by its shapes alone, whatever somebody asks for."""

import subprocess
import sys
from pathlib import Path

import pytest
from small import SMALL, small_experiment

from aecore.analysis.architecture import describe as read_off
from aecore.compute import answers
from aecore.compute.training import train
from aecore.models import AUTOENCODERS
from aecore.models.unfilled import unfilled
from aecore.runs.store import RunStore

ROOT = Path(__file__).parents[2]
WIDE = """
import resource
from aecore.compute.preload import import_keras
import_keras()
from aecore.compute.answers import describe
from aecore.models import AUTOENCODERS
from aecore.models.base import for_use

deep = AUTOENCODERS["deep"]

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e3 if {linux} else 1e6)

describe(deep(), (28, 28, 1))
before, wide = peak(), (4096,) * 8
for size, shape in ((4096, (28, 28, 1)), (4095, (96, 96, 3))):
    layers = dict(encoder_layers=wide, decoder_layers=wide, latent_size=size)
    assert describe(deep(**layers), shape).parameters > 2e8
for_use(AUTOENCODERS["linear"](latent_size=2).build((8, 8, 1)))  # nor later
print(peak() - before)
"""


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3)], ids=str)
@pytest.mark.parametrize("small", [False, True])
def test_shapes_alone_tell_what_a_built_network_does(key, shape, small):
    settings = SMALL[key] if small else {}
    autoencoder = AUTOENCODERS[key](**settings)
    built = read_off(autoencoder.build(shape))
    assert answers.describe(autoencoder, shape) == built


def test_the_largest_network_is_described_without_its_weights():
    code = WIDE.format(linux=sys.platform == "linux")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout.split()[-1]) < 300, "MB beside what the library takes"


def test_what_goes_wrong_in_building_is_told():
    with pytest.raises(ZeroDivisionError):
        unfilled(lambda: 1 / 0)


def test_a_training_without_room_is_refused_before_it_takes_any(tmp_path, monkeypatch):
    def never(*_):
        raise AssertionError("it was built, or its data loaded")

    monkeypatch.setattr("aecore.compute.training.build", never)
    monkeypatch.setattr("aecore.compute.training.load", never)
    monkeypatch.setattr("aecore.compute.training.worker_limit", lambda: 10**9)
    run = RunStore(tmp_path).create(small_experiment("linear"))
    assert "GB of memory" in train(run).message
