"""A detector as one file: its run, and a script that needs nothing of this project."""

import io
import json
import math
from collections.abc import Callable

import numpy as np

from aecore.analysis.reconstruction import BATCH, VALUES
from aecore.data.splits import Source
from aecore.detection.detector import Detector
from aecore.detection.features import mapped_layers
from aecore.detection.script import script
from aecore.exchange.bundle import pack
from aecore.runs.detectors import ARRAYS, WORDS, needed_detector
from aecore.runs.run import Run
from aecore.runs.same_model import same_model

SUFFIX = ".detector.zip"


def pack_detector(run: Run) -> bytes:
    """The detector of a run as a ZIP.

    It is the file of the run with `detect.py` and the `detect.json` that this script reads. So it
    can be imported again, with all that says where model, threshold and calibration come from.

    Raises:
        RunDamaged: the run has no detector, or a file of it cannot be read.
        ModelReplaced: the run was trained further in the meantime.
    """
    with same_model(run):
        detector = needed_detector(run)
        arrays, text = io.BytesIO(), _script(run, detector)
        np.savez_compressed(arrays, allow_pickle=False, **detector.to_arrays())
        further = {
            "detect.py": text.encode(),
            "detect.json": _words(run, detector, text).encode(),
            WORDS: json.dumps(detector.to_dict(), indent=1).encode(),  # that of a shipped model
            ARRAYS: arrays.getvalue(),  # lies elsewhere than its run
        }
        return pack(run, further)


def _script(run: Run, detector: Detector) -> str:
    reads = READS[run.source.kind.key](run.source)
    return script(reads, detector.score, tuple(map(str, detector.state.get("parts", ()))))


def _read_series(source: Source) -> str:
    return "apart" if source.series is not None and source.series.apart else "series"


READS: dict[str, Callable[[Source], str]] = {  # kind → a key of `READERS`
    "image": lambda source: "strokes" if source.ink else "photo",
    "table": lambda source: "table",
    "series": _read_series,
}


def _words(run: Run, detector: Detector, text: str) -> str:
    """What a script needs to know: the threshold, the shape of a sample, how it is prepared."""
    described = run.source.to_dict()
    further = {name: described[name] for name in ("table", "series") if name in described}
    judging = {"threshold": detector.threshold.value, "rounds": detector.rounds}
    told = judging | {"shape": list(run.shape), "batch": _batch(run)} | further
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
