"""Scripts beside the shipped runs of the same experiments: test errors and how far they are apart.

    python -m benchmarks.scripts [linear convolutional-ecg ...] [--epochs 3] [--samples 5000]

Without names it takes the shipped model of each type. With fewer epochs or samples, the run is
trained again, too. Each script runs in a process of its own that cannot import this project;
`keras.datasets` gives the copy of MNIST that ships. It needs Matplotlib: `pip install matplotlib`.
"""

import argparse
import dataclasses
import subprocess
import sys
import tempfile
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

from aecore.compute.training import train  # noqa: E402
from aecore.data import datasets  # noqa: E402
from aecore.data.datasets import source  # noqa: E402
from aecore.exchange.script.cells import as_python  # noqa: E402
from aecore.exchange.script.data import data_file, file_name, needs_file  # noqa: E402
from aecore.exchange.script.writing import script_of  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402
from aecore.runs.run import Run  # noqa: E402
from aecore.runs.series import measured  # noqa: E402
from aecore.runs.store import RunStore, shipped  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402

MNIST = Path(datasets.__file__).with_name("mnist.npz")
ALONE = f"""
import runpy, sys
sys.modules["aecore"] = None
import keras, numpy as np
with np.load({str(MNIST)!r}) as file:
    found = (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
keras.datasets.mnist.load_data = lambda: found
runpy.run_path("script.py", run_name="__main__")
"""


def error_of_script(experiment: Experiment, folder: Path) -> float:
    """The test error that the experiment's script prints."""
    described = source(experiment.dataset)
    text = as_python(script_of(experiment, described))
    (folder / "script.py").write_text(text, encoding="utf-8")
    if needs_file(experiment.dataset):
        (folder / file_name(experiment.dataset)).write_bytes(data_file(experiment.dataset))
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=folder, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("Test error: "):
            return float(line.split()[2])
    raise RuntimeError(done.stderr[-2000:])


def error_of_run(experiment: Experiment, folder: Path) -> float:
    """The test error of a run that is trained here."""
    run = RunStore(folder).create(experiment)
    train(run)
    return error_of(run)


def error_of(run: Run) -> float:
    """The test error that is kept with a run."""
    return measured(run)[run.source.kind.error.metric]


def main() -> None:
    """Prints a row for each experiment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(AUTOENCODERS), help="shipped models")
    parser.add_argument("--samples", type=int, help="training samples; default: as shipped")
    parser.add_argument("--epochs", type=int, help="default: as shipped")
    options = parser.parse_args()
    given = {"samples": options.samples, "epochs": options.epochs}
    changed = {name: value for name, value in given.items() if value is not None}
    print(f"{'model':30}{'epochs':>7}{'our run':>10}{'script':>10}{'apart':>9}")
    for name in options.names:
        run = shipped(name)
        shipped_as = run.experiment
        assert shipped_as is not None  # an imported model would have none
        experiment = dataclasses.replace(shipped_as, **changed)
        with tempfile.TemporaryDirectory() as folder:
            ours = error_of_run(experiment, Path(folder)) if changed else error_of(run)
            theirs = error_of_script(experiment, Path(folder))
        apart = theirs / ours - 1
        told = f"{experiment.epochs:7}{ours:10.4f}{theirs:10.4f}{apart:9.1%}"
        print(f"{name:30}{told}", flush=True)


if __name__ == "__main__":
    main()
