"""How a worker answers calls."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aecore.analysis.architecture import Architecture
from aecore.analysis.study import Study
from aecore.compute.warm_models import load
from aecore.data.names import LONGEST, shortened, storable
from aecore.data.refusal import Refusal
from aecore.detection.judgement import Judgement
from aecore.exchange.opening import Plain
from aecore.models.base import Autoencoder, Shape

MOST_ASIDE = 2  # longer calls at a time in one worker
IMPORT_SECONDS = 240.0  # to measure an imported model
FETCH_SECONDS = 240.0  # for a table of openml.org
QUICK_WORK = 2e10  # multiplications: a few seconds, less than it takes to start a process

_places = threading.Semaphore(MOST_ASIDE)


@dataclass(frozen=True)
class Rebuilt:
    """Images through a model: corrupted inputs and outputs (n, h, w, c), errors (n,)."""

    inputs: np.ndarray
    outputs: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True)
class Placed:
    """The positions of images on a run's map: places (n, d) by PCA, neighbours (n, 2) by t-SNE."""

    places: np.ndarray
    neighbours: np.ndarray


def answer(function: Callable, *arguments) -> Any:
    """The result of a function, or its refusal, which Dask would log as an error if raised."""
    try:
        return function(*arguments)
    except Refusal as problem:
        return problem


def answer_aside(function: Callable, *arguments) -> Any:
    """`answer` for longer work, in a thread that does not block other calls."""
    from distributed import secede

    secede()
    with _places:
        return answer(function, *arguments)


def rebuild(
    path: str, images: np.ndarray, corruption: tuple[str, float], seed: int | None
) -> Rebuilt:
    """See `Calls.rebuild`."""
    from aecore.analysis.reconstruction import reconstruct, squared_errors
    from aecore.runs.run import Run

    table = images.ndim == 2 and corruption[0] != "none"  # whose cells are hidden whole
    layout = Run(Path(path).parent).source.layout if table else ()
    inputs = _corrupted(images, corruption, seed, layout)
    outputs = reconstruct(load(path).rebuild, inputs)
    return Rebuilt(inputs, outputs, squared_errors(images, outputs))


def rebuild_each(
    paths: list[str], images: np.ndarray, corruptions: list[tuple[str, float]], coded: str
) -> tuple[list[Rebuilt], np.ndarray]:
    """See `Calls.rebuild_each`."""
    from aecore.analysis.reconstruction import encode

    pairs = zip(paths, corruptions, strict=True)
    rebuilt = [rebuild(path, images, corruption, seed=0) for path, corruption in pairs]
    return rebuilt, encode(load(coded).encode, images)[0]


def _corrupted(
    images: np.ndarray,
    corruption: tuple[str, float],
    seed: int | None,
    layout: tuple[int, ...] = (),
) -> np.ndarray:
    from aecore.data.corruption import corrupt, corrupt_each

    if seed is None:
        return corrupt_each(images, *corruption, layout)
    return np.asarray(corrupt(images, *corruption, seed, layout))


def decode(path: str, codes: np.ndarray) -> np.ndarray:
    """See `Calls.decode`."""
    from aecore.analysis.reconstruction import in_batches

    return in_batches(load(path).decode, np.asarray(codes, np.float32))[0]


def place(
    path: str, images: np.ndarray, corruption: tuple[str, float], seed: int | None, part: str
) -> Placed:
    """See `Calls.place`."""
    from aecore.analysis.latent import place_neighbours
    from aecore.analysis.reconstruction import encode
    from aecore.analysis.report import Report
    from aecore.compute.mapping import place_among
    from aecore.runs.run import Run

    run = Run(Path(path))
    inputs = _corrupted(images, corruption, seed, run.source.layout)
    codes = encode(load(str(run.model_path)).encode, inputs)[0]
    latent = Report.from_arrays(run.report_arrays()).latent
    places = latent.project(codes)
    near = place_among(run, part, places) if part else place_neighbours(latent, places)
    return Placed(places, near)


def describe(autoencoder: Autoencoder, shape: Shape) -> Architecture:
    """See `Calls.describe`."""
    from aecore.analysis.architecture import describe as read_off
    from aecore.models.unfilled import unfilled

    return unfilled(lambda: read_off(autoencoder.build(shape)))


def study(path: str, name: str) -> Study:
    """See `Calls.study`."""
    from aecore.runs.run import Run
    from aecore.runs.studies import make, study_named

    run = Run(Path(path))
    return make(run, study_named(run.key, name), load(str(run.model_path)).model)


def judge(path: str, score: str) -> Judgement:
    """See `Calls.judge`."""
    from aecore.runs.detectors import make_judgement
    from aecore.runs.progress import watched
    from aecore.runs.run import Run

    run = Run(Path(path))
    watch = watched(run, Judgement.name)
    return make_judgement(run, load(str(run.model_path)).model, score, watch)


def detector_file(path: str) -> bytes:
    """See `Calls.detector_file`."""
    from aecore.exchange.detector_file import pack_detector
    from aecore.runs.run import Run

    return pack_detector(Run(Path(path)))


def analyse(path: str, function: Callable, *arguments) -> Any:
    """See `Calls.analyse`."""
    return function(load(path).model, *arguments)


def bring_in(plain: Plain, name: str, *arguments) -> str:
    """See `Calls.bring_in`; larger models are measured in a process that can be ended."""
    from aecore.compute.limited import limited
    from aecore.exchange import bring_in as exchange
    from aecore.exchange.keras_file.budget import MOST_WORK, TooMuchWork

    try:
        return exchange.bring_in(plain, name, *arguments, most_work=QUICK_WORK)
    except TooMuchWork as problem:
        if problem.work > MOST_WORK:
            raise
    return limited(exchange.bring_in, plain, name, *arguments, seconds=IMPORT_SECONDS)


def fetch(what: str | int) -> tuple[str, bytes]:
    """See `Calls.fetch`."""
    from aecore.compute.limited import limited
    from aecore.data.tables.catalogue import scikit_csv, write_openml

    if isinstance(what, str):
        return f"{what}.csv", scikit_csv(what)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        name = limited(write_openml, what, str(path), seconds=FETCH_SECONDS)
        return f"{shortened(storable(name), LONGEST)}.csv", path.read_bytes()
