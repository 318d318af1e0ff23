"""All GPUs at once, stood in for by two halves of the CPU; and one device, untouched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import functools, json, sys, tempfile
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, 2 * [tf.config.LogicalDeviceConfiguration()])
halves = tf.config.list_logical_devices("CPU")
tf.config.list_logical_devices = lambda kind=None: halves
tf.distribute.MirroredStrategy = functools.partial(
    tf.distribute.MirroredStrategy, cross_device_ops=tf.distribute.ReductionToOneDevice()
)
import keras
from small import small_experiment
from aecore.compute.training import train
from aecore.runs import control
from aecore.runs.store import RunStore
from aecore.training import devices
from aecore.training.observer import NoObserver


class Pauses(NoObserver):
    def epoch(self, number, terms, model):
        seen.append(devices.devices())
        if number == 1:
            control.ask_pause(run)


results = {}
for key in sys.argv[1:]:
    run = RunStore(tempfile.mkdtemp()).create(small_experiment(key, epochs=2, batch_size=65))
    seen = []
    assert train(run, Pauses()).state == "paused", run.status()
    control.enqueue(run)
    assert train(run, NoObserver()).state == "finished", run.status()
    weights = keras.models.load_model(run.model_path).get_weights()
    results[key] = {
        "devices": seen,
        "history": {name: terms.tolist() for name, terms in run.history().items()},
        "sums": [float(abs(each).sum()) for each in weights],
    }
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def results():
    """One and two devices' results of types without noise, by how many devices there are."""
    found = {}
    for wished in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "undercomplete", "contractive"],
            env={
                **os.environ,
                "AUTOENCODER_STUDIO_ALL_GPUS": wished,
                "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
            },
            stdout=subprocess.PIPE,
            check=True,
        )
        found[2 if wished else 1] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("key", ["undercomplete", "contractive"])
def test_devices_that_share_a_batch_learn_what_one_does(results, key):
    one, two = results[1][key], results[2][key]
    assert (one["devices"], two["devices"]) == ([1], [2])  # of the part before the pause
    assert one["history"].keys() == two["history"].keys()
    for name, terms in one["history"].items():
        assert two["history"][name] == pytest.approx(terms, rel=0.02), name
    assert two["sums"] == pytest.approx(one["sums"], rel=0.02)
