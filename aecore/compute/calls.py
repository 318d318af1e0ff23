"""Short work: what a page asks of a model, answered by a worker that keeps models warm."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from aecore.analysis.architecture import Architecture
from aecore.analysis.study import Study
from aecore.compute.workers import CALLS, Workers

PATIENCE_SECONDS = 60.0
STUDY_SECONDS = 300.0
WARM_MODELS = 16


class CallFailed(RuntimeError):
    """A call got no answer; the text says why."""


@dataclass(frozen=True)
class Rebuilt:
    """Images through a model: inputs (corrupted) and outputs (n, h, w, c), errors (n,)."""

    inputs: np.ndarray
    outputs: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True)
class Placed(Rebuilt):
    """Rebuilt images on the map of a run: places (n, d) by PCA, neighbours (n, 2) by t-SNE."""

    places: np.ndarray
    neighbours: np.ndarray


class Calls:
    """Asks the workers; each method waits for its answer.

    Raises:
        CallFailed: the model cannot be read, or the worker did not answer in time.
        WorkersUnavailable: there are no workers.
    """

    def __init__(self, workers: Workers):
        self.workers = workers

    def rebuild(self, model: Path, images: np.ndarray, corruption=("none", 0.0), seed=0) -> Rebuilt:
        """Corrupts images by (kind, strength) and passes them through a model."""
        return self._ask(rebuild, str(model), images, corruption, seed)

    def decode(self, model: Path, codes: np.ndarray) -> np.ndarray:
        """Codes (n, latent_size) → images (n, h, w, c)."""
        return self._ask(decode, str(model), codes)

    def place(self, run: Path, images: np.ndarray, corruption=("none", 0.0), seed=0) -> Placed:
        """Rebuilds images and finds their places on the run's map."""
        return self._ask(place, str(run), images, corruption, seed)

    def describe(self, type: str, hyperparameters: dict, shape: tuple) -> Architecture:
        """The network that some hyperparameters would make."""
        return self._ask(describe, type, hyperparameters, shape)

    def study(self, run: Path, name: str) -> Study:
        """What the run's type alone shows of its model; kept in the run folder."""
        return self._ask(study, str(run), name, patience=STUDY_SECONDS)

    def warm(self, models: list[Path]) -> None:
        """Has models loaded ahead of the first question; does not wait."""
        from distributed import fire_and_forget

        client = self.workers.client()
        for model in models:
            future = client.submit(warm, str(model), resources=CALLS, pure=False, priority=-1)
            fire_and_forget(future)

    def _ask(self, function: Callable, *arguments, patience: float = PATIENCE_SECONDS) -> Any:
        from distributed import TimeoutError

        client = self.workers.client()
        future = client.submit(function, *arguments, resources=CALLS, pure=False, priority=10)
        try:
            return future.result(patience)
        except TimeoutError as problem:
            future.cancel()
            raise CallFailed("The worker took too long to answer; try again.") from problem
        except Exception as problem:
            raise CallFailed(f"The worker could not do this: {problem}") from problem


# What follows runs in the worker.


class WarmModel:
    """A loaded model, its parts compiled once for any number of images."""

    def __init__(self, path: Path):
        import keras

        self.model = keras.models.load_model(path, compile=False)
        self.encoder = self.model.get_layer("encoder")
        self.decoder = self.model.get_layer("decoder")

    @cached_property
    def rebuild(self):
        """Images → images."""
        return _compiled(self.model)

    @cached_property
    def encode(self):
        """Images → codes first, then what else the encoder gives."""
        return _compiled(self.encoder)

    @cached_property
    def decode(self):
        """Codes → images first, then what else the decoder gives."""
        return _compiled(self.decoder)


def _compiled(model):
    import tensorflow as tf

    rows = tf.TensorSpec([None, *model.inputs[0].shape[1:]], tf.float32)
    return tf.function(lambda x: model(x, training=False), input_signature=[rows])


_warm: OrderedDict[tuple[str, int], WarmModel] = OrderedDict()


def warm(path: str) -> None:
    """Loads a model and compiles its way from image to image."""
    load(path).rebuild.get_concrete_function()


def load(path: str) -> WarmModel:
    """A model for use, from memory if the file has not changed since."""
    key = (path, Path(path).stat().st_mtime_ns)
    if key not in _warm:
        _warm[key] = WarmModel(Path(path))
        while len(_warm) > WARM_MODELS:
            _warm.popitem(last=False)
    _warm.move_to_end(key)
    return _warm[key]


def rebuild(path: str, images: np.ndarray, corruption: tuple[str, float], seed: int) -> Rebuilt:
    """See `Calls.rebuild`."""
    from aecore.analysis.reconstruction import reconstruct, squared_errors
    from aecore.data.corruption import corrupt

    inputs = np.asarray(corrupt(images, *corruption, seed))
    outputs = reconstruct(load(path).rebuild, inputs)
    return Rebuilt(inputs, outputs, squared_errors(images, outputs))


def decode(path: str, codes: np.ndarray) -> np.ndarray:
    """See `Calls.decode`."""
    from aecore.analysis.reconstruction import in_batches

    return in_batches(load(path).decode, np.asarray(codes, np.float32))[0]


def place(path: str, images: np.ndarray, corruption: tuple[str, float], seed: int) -> Placed:
    """See `Calls.place`."""
    from aecore.analysis.latent import place_neighbours
    from aecore.analysis.reconstruction import encode
    from aecore.analysis.report import Report
    from aecore.runs.run import Run

    run = Run(Path(path))
    rebuilt = rebuild(str(run.model_path), images, corruption, seed)
    codes = encode(load(str(run.model_path)).encode, rebuilt.inputs)[0]
    latent = Report.from_arrays(run.report_arrays()).latent
    places = latent.project(codes)
    return Placed(**vars(rebuilt), places=places, neighbours=place_neighbours(latent, places))


def describe(type: str, hyperparameters: dict, shape: tuple[int, int, int]) -> Architecture:
    """See `Calls.describe`."""
    from aecore.analysis.architecture import describe as read_off
    from aecore.models import AUTOENCODERS

    return read_off(AUTOENCODERS[type].from_dict(hyperparameters).build(shape))


def study(path: str, name: str) -> Study:
    """See `Calls.study`."""
    from aecore.compute.studies import STUDIES, make
    from aecore.runs.run import Run

    run = Run(Path(path))
    kind = next(kind for kind in STUDIES[run.key] if kind.name == name)
    return make(run, kind, load(str(run.model_path)).model)
