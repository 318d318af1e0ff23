"""Reconstruction of windows of a series: each type beside PCA of the windows, at equal codes.

    python -m benchmarks.series [--nab FILE] [--code 8] [--seeds 1]

Each type learns by its own recipe, but with a code of the same size. The figure is the mean squared
error a value of the test windows, which come later than all that was learnt from; 1 is about what
the mean of the training time gives. Median over the seeds.

Series: the electrocardiogram and the weather that ship, and with `--nab` a CSV file of the Numenta
Anomaly Benchmark (github.com/numenta/NAB), such as nyc_taxi.csv.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

import numpy as np  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402

from aecore.analysis.reconstruction import reconstruct  # noqa: E402
from aecore.data.corruption import corrupt  # noqa: E402
from aecore.data.datasets import load, shape_of, source  # noqa: E402
from aecore.data.series.making import make_series, measure_series  # noqa: E402
from aecore.data.splits import Dataset  # noqa: E402
from aecore.data.tables.uploads import look_at  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402
from aecore.models.base import for_use  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402


def added(path: Path) -> str:
    """The key of a data set made of a CSV file, as `data add --kind series` makes it."""
    content = path.read_bytes()
    look = look_at(path.name, content)
    measured = measure_series(path.name, content, look.dialect, list(enumerate(look.columns)))
    return make_series(path.stem, measured, *measured.proposed)


def principal(data: Dataset, code: int) -> float:
    """The error of so many principal components of the training windows."""
    flat = [np.nan_to_num(part.images).reshape(len(part), -1)
            for part in (data.training, data.test)]  # fmt: skip
    pca = PCA(code).fit(flat[0])
    return _error(pca.inverse_transform(pca.transform(flat[1])), data.test.images)


def autoencoder(key: str, dataset: str, data: Dataset, code: int, seed: int) -> float:
    """The error of a type by its recipe, with a code of a size."""
    sizes = {"latent_size": code} | ({"k": min(code, 25)} if key == "sparse" else {})
    experiment = Experiment.of(key, sizes, dataset=dataset, seed=seed)
    model = build(experiment, data.training.images)
    fit(model, experiment, data, NoObserver())
    inputs = np.asarray(corrupt(data.test.images, "none", 0.0, 0))
    return _error(reconstruct(for_use(model), inputs), data.test.images)


def _error(outputs: np.ndarray, windows: np.ndarray) -> float:
    return float(np.nanmean(np.square(outputs.reshape(windows.shape) - windows)))


def main() -> None:
    """Prints the error of each contestant on each series."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nab", type=Path, help="a CSV file with times and one value")
    parser.add_argument("--code", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--types", nargs="+", choices=tuple(AUTOENCODERS), default=[*AUTOENCODERS])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUTOENCODER_STUDIO_DATA"] = folder  # nothing of this is kept
        keys = ["ecg", "seattle_weather", *([added(options.nab)] if options.nab else [])]
        for dataset in keys:
            data = load(dataset)
            steps, channels = shape_of(dataset)
            print(
                f"{source(dataset).title}: {len(data.training):,} windows of {steps} × {channels}"
            )
            print(f"  {'PCA':16} {principal(data, options.code):.4f}", flush=True)
            for key in options.types:
                errors = [
                    autoencoder(key, dataset, data, options.code, seed)
                    for seed in range(options.seeds)
                ]
                print(f"  {AUTOENCODERS[key].title:16} {statistics.median(errors):.4f}", flush=True)


if __name__ == "__main__":
    main()
