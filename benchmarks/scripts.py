"""Scripts beside our own runs of the same experiments: test errors and how far they are apart.

    python -m benchmarks.scripts [--types linear sparse ...] [--data mnist penguins ecg]
                                 [--samples 5000] [--epochs 3]

Each script runs in a process of its own that cannot import this project; `keras.datasets` gives the
copy of MNIST that ships. It needs Matplotlib: `pip install matplotlib`.
"""

import argparse
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
from aecore.runs.series import measured  # noqa: E402
from aecore.runs.store import RunStore  # noqa: E402
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
    """The test error of our run."""
    run = RunStore(folder).create(experiment)
    train(run)
    return measured(run)[source(experiment.dataset).kind.error.metric]


def main() -> None:
    """Prints a row for each experiment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", nargs="+", choices=AUTOENCODERS, default=list(AUTOENCODERS))
    parser.add_argument("--data", nargs="+", default=["mnist"])
    parser.add_argument("--samples", type=int, default=0, help="training images of MNIST; 0: all")
    parser.add_argument("--epochs", type=int, help="default: those of the recipe")
    options = parser.parse_args()
    print(f"{'type':16}{'data':18}{'our run':>10}{'script':>10}{'apart':>9}")
    for dataset in options.data:
        for key in options.types:
            if not AUTOENCODERS[key].takes(source(dataset).shape):
                continue
            settings = {"samples": options.samples} if dataset == "mnist" else {}
            settings |= {"epochs": options.epochs} if options.epochs else {}
            experiment = Experiment.of(key, dataset=dataset, **settings)
            with tempfile.TemporaryDirectory() as folder:
                ours = error_of_run(experiment, Path(folder))
                theirs = error_of_script(experiment, Path(folder))
            apart = theirs / ours - 1
            print(f"{key:16}{dataset:18}{ours:10.4f}{theirs:10.4f}{apart:9.1%}", flush=True)


if __name__ == "__main__":
    main()
