"""What a worker does with samples that were selected: it rebuilds them, and makes data sets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.analysis.report import CORRUPTION_SEED
from aecore.compute.warm_models import load
from aecore.data import datasets
from aecore.data.corruption import corrupt
from aecore.runs.run import Run


@dataclass(frozen=True)
class Selected:
    """Samples of a run and their reconstructions: clean and outputs (n, ...)."""

    clean: np.ndarray
    outputs: np.ndarray


def selected(path: str, places: np.ndarray) -> Selected:
    """See `Calls.selected`."""
    from aecore.analysis.reconstruction import reconstruct

    run = Run(Path(path))
    clean, inputs = _taken(run, places)
    return Selected(clean, reconstruct(load(str(run.model_path)).rebuild, inputs))


def coded(path: str, places: np.ndarray) -> np.ndarray:
    """See `Calls.coded`."""
    from aecore.analysis.reconstruction import encode

    run = Run(Path(path))
    codes = encode(load(str(run.model_path)).encode, _taken(run, places)[1])[0]
    return codes.reshape(len(codes), -1)


def _taken(run: Run, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Samples (n, ...) by their number, and what the model is given of them on the map.

    Noise depends on the place in a part.
    """
    data, (kind, strength) = datasets.load(run.dataset), run.corruption
    clean = data.at(places)
    if kind == "none" or not strength:
        return clean, clean
    inputs, end = np.empty_like(clean), 0
    for number, part in enumerate(data.in_order):
        mine = (end <= places) & (places < end + len(part))
        if mine.any():
            noisy = corrupt(part.images, kind, strength, CORRUPTION_SEED + number, data.layout)
            inputs[mine] = np.asarray(noisy)[places[mine] - end]
        end += len(part)
    return clean, inputs
