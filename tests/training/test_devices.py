"""A GPU, stood in for by its name alone; all of them at once, by two halves of the CPU."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from learning import learn
from small import small_experiment

from aecore.compute import memory
from aecore.compute.preload import TENSORFLOW, load_nvrtc
from aecore.compute.training import in_words, train
from aecore.models import AUTOENCODERS
from aecore.runs.store import RunStore
from aecore.training.devices import device_name
from aecore.training.epochs import Epochs

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


@pytest.fixture
def gpu(monkeypatch):
    """A GPU in TensorFlow's lists, while the processor does the work; what was asked of it."""
    asked, card = [], [SimpleNamespace(name="GPU:0", device_type="GPU")]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: card)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: card)
    config = tf.config.experimental
    monkeypatch.setattr(config, "get_device_details", lambda card: {"device_name": "NVIDIA <b>"})
    monkeypatch.setattr(config, "enable_op_determinism", lambda: asked.append("determinism"))
    return asked


def test_a_gpu_is_named_in_the_status_and_asked_to_be_exact(gpu, tmp_path):
    run = RunStore(tmp_path).create(small_experiment("linear"))
    assert train(run).device == "NVIDIA <b>" and gpu == ["determinism"]


def test_the_processor_is_named_too(trained):
    assert device_name() == "CPU" == trained("linear").status().device


@pytest.mark.parametrize("key", ["undercomplete", "variational"])
def test_a_gpu_takes_many_steps_as_one_program_and_learns_the_same(
    digits, request, monkeypatch, key
):
    monkeypatch.setattr(Epochs, "_steps_a_report", lambda all, done: min(9, all.steps - done))
    experiment, made, weights = small_experiment(key), [], []
    monkeypatch.setattr(
        "aecore.training.fit.Epochs", lambda *of: made.append(Epochs(*of)) or made[-1]
    )
    for _ in "processor", "GPU":
        model, _ = learn(experiment, digits)
        weights.append(model.get_weights())
        request.getfixturevalue("gpu")
    for mine, theirs in zip(*weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for epochs, one_program, indices in zip(made, (False, True), (tf.int32, tf.int64), strict=True):
        assert (epochs.one_program, epochs._indices) == (one_program, indices)
        assert epochs._train.experimental_get_tracing_count() == 1


def test_what_xla_compiles_depends_on_the_device():
    top_k = AUTOENCODERS["sparse"](penalty="top-k")
    assert not top_k.uses_xla(gpu=False) and top_k.uses_xla(gpu=True)
    convolutional = AUTOENCODERS["convolutional"]()
    assert not convolutional.uses_xla(gpu=False) and convolutional.uses_xla(gpu=True)
    assert AUTOENCODERS["deep"]().uses_xla(gpu=False)


def test_cudas_compiler_is_loaded_from_its_package(tmp_path, monkeypatch):
    loaded, folder = [], tmp_path / "nvidia" / "cuda_nvrtc" / "lib"
    monkeypatch.setattr(ctypes, "CDLL", lambda path, **_: loaded.append(path))
    load_nvrtc()  # there is none
    folder.mkdir(parents=True)
    (folder / "libnvrtc.so.12").touch()
    monkeypatch.syspath_prepend(tmp_path)
    load_nvrtc()
    assert loaded == [str(folder / "libnvrtc.so.12")]
    monkeypatch.undo()
    monkeypatch.syspath_prepend(tmp_path)
    load_nvrtc()  # an empty file is no library, and no reason to fail


def test_processes_share_the_memory_of_a_gpu():
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == TENSORFLOW["TF_FORCE_GPU_ALLOW_GROWTH"]


@pytest.mark.parametrize("free, state", [("400", "failed"), ("90000", "finished")])
def test_the_memory_of_a_gpu_is_looked_at_beforehand(gpu, tmp_path, monkeypatch, free, state):
    commands = []

    def told(command, **_):
        commands.append(command)
        return SimpleNamespace(stdout=f"{free}\n")

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1")
    monkeypatch.setattr(memory.subprocess, "run", told)
    status = train(RunStore(tmp_path).create(small_experiment("linear")))
    assert status.state == state and "--id=3" in commands[0]
    assert ("of the GPU's memory; 0.4 GB is free" in status.message) == (state == "failed")


def test_without_its_driver_nothing_is_known_of_a_gpu(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert memory.free_on_gpu() is None


def test_a_full_gpu_is_told_as_that(gpu):
    full = tf.errors.ResourceExhaustedError(None, None, "OOM")
    assert in_words(full).startswith("There was not enough memory on the GPU.")
    assert in_words(MemoryError()).startswith("There was not enough memory.")
