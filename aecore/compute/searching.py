"""Search by code in a worker, which keeps the codes of training samples in its memory."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.analysis.study import affordable
from aecore.compute.warm_models import load
from aecore.data import datasets
from aecore.runs.recent import Recent
from aecore.runs.run import Run
from aecore.transfer.index import Index
from aecore.transfer.representations import codes_of

MOST_SAMPLES = 1_000_000  # searched
MOST_BYTES = 512 * 2**20  # of the codes of one run
ALL_BYTES = 640 * 2**20  # of everything that is kept in memory, of all runs together
FLOAT = 4  # bytes

_indices = Recent(ALL_BYTES)


@dataclass(frozen=True)
class Alike:
    """Training samples with the nearest codes, the nearest first.

    places, labels (k,): in the training part, and classes. distances (k,): Euclidean, between
    codes. samples (k, ...): prepared, NaN where a value is missing. starts (k,): of windows of a
    series the steps at which they begin; else empty. searched: how many samples there are.
    """

    places: np.ndarray
    labels: np.ndarray
    distances: np.ndarray
    samples: np.ndarray
    starts: np.ndarray
    searched: int


def alike(path: str, sample: np.ndarray, count: int, patient: bool) -> Alike | None:
    """See `Calls.alike`; None if the codes are not in memory and nobody is patient."""
    run = Run(Path(path))
    key = (path, run.model_path.stat().st_mtime_ns)
    if not patient and key not in _indices:
        return None
    index = _indices.get(key, lambda: _encoded(run))
    code = codes_of(load(str(run.model_path)).encode, sample[None])[0]
    places, distances = index.nearest(code, count)
    found = datasets.load(run.dataset).training.at(places)
    return Alike(places, found.labels, distances, found.images, found.starts, len(index.codes))


def _encoded(run: Run) -> Index:
    """The codes of the training samples, as many as there is memory for."""
    encoder = load(str(run.model_path)).encode
    training = datasets.load(run.dataset).training
    size = codes_of(encoder, training.images[:1]).shape[1]
    most = affordable(MOST_SAMPLES, (size,), values=MOST_BYTES // FLOAT)
    codes = codes_of(encoder, training.images[:most])
    series = run.source.series
    if series is None or not run.source.in_time:
        return Index.of(codes)
    return Index.of(codes, training.starts[:most], series.length)
