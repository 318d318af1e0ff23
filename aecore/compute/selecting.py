"""What a worker does with samples that were selected: it rebuilds them, and makes data sets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.analysis.report import CORRUPTION_SEED
from aecore.compute.answers import load
from aecore.data import datasets
from aecore.data.corruption import corrupt
from aecore.runs.run import Run


@dataclass(frozen=True)
class Selected:
    """Test samples of a run and their reconstructions: clean and outputs (n, ...)."""

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
    """Test samples (n, ...), and what the report gave the model: noise depends on their places."""
    data, (kind, strength) = datasets.load(run.dataset), run.corruption
    clean = data.test.images[places]
    if kind == "none" or not strength:
        return clean, clean
    inputs = corrupt(data.test.images, kind, strength, CORRUPTION_SEED, data.layout)
    return clean, np.asarray(inputs)[places]
