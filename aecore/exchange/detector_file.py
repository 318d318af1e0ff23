"""A detector as one file that needs nothing of this project: model, JSON, arrays and a script."""

import io
import json
import math
import zipfile

import numpy as np

from aecore.analysis.reconstruction import BATCH, VALUES
from aecore.detection.detector import Detector
from aecore.detection.features import mapped_layers
from aecore.detection.script import script
from aecore.runs.detectors import needed_detector
from aecore.runs.run import Run, RunDamaged

SUFFIX = ".detector.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same detector is the same file


def pack_detector(run: Run) -> bytes:
    """The detector of a run as a ZIP.

    It holds `detect.py`, `model.keras`, `detector.json` and `detector.npz`.

    Raises:
        RunDamaged: the run has no detector, or a file of it cannot be read.
    """
    detector = needed_detector(run)
    try:
        model = run.model_path.read_bytes()
    except OSError as problem:
        raise RunDamaged("{} cannot be read: {}", run.id, problem) from problem
    arrays, text = io.BytesIO(), _script(run, detector)
    np.savez_compressed(arrays, allow_pickle=False, **detector.to_arrays())
    members = {
        "detect.py": text.encode(),
        "detector.json": _words(run, detector, text).encode(),
        "detector.npz": arrays.getvalue(),
        "model.keras": model,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # what can be compressed is compressed already
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), member)
    return file.getvalue()


def _script(run: Run, detector: Detector) -> str:
    series = run.source.series
    reads = "apart" if series is not None and series.apart else run.source.kind.key
    return script(reads, detector.score, tuple(map(str, detector.state.get("parts", ()))))


def _words(run: Run, detector: Detector, text: str) -> str:
    """What a script needs to know: the detector, the shape of a sample, how it is prepared."""
    described = run.source.to_dict()
    further = {name: described[name] for name in ("table", "series") if name in described}
    told = detector.to_dict() | {"shape": list(run.shape), "batch": _batch(run)} | further
    if 'TOLD["maps"]' in text:
        told["maps"] = _maps(run)
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _batch(run: Run) -> int:
    """How many samples at a time this program passes through the model."""
    return max(1, min(BATCH, VALUES // math.prod(run.shape)))


def _maps(run: Run) -> list[str]:
    """The layers that give the feature maps."""
    import keras

    model = keras.models.load_model(run.model_path, compile=False)
    return mapped_layers(model.get_layer("encoder"))
