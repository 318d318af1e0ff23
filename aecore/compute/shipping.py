"""How the models that ship with the program are made: seeded, from here alone."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import keras
import numpy as np

from aecore.analysis.report import make_report
from aecore.compute.studies import STUDIES, make
from aecore.compute.training import train
from aecore.data.datasets import load
from aecore.runs.files import write_arrays
from aecore.runs.run import PRETRAINED, Run
from aecore.runs.series import figures, ship_figures
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment
from aecore.training.observer import Observer
from aecore.training.series import all_series

U_NET = {"network": "u-net", "filters": (16, 32, 64)}
RESTORER = {"loss": "mse", "learning_rate": 3e-3, "epochs": 6}

# folder → type, hyperparameters, settings of the experiment; both change the type's defaults.
# Chosen on validation images. Minutes are those of a machine with two cores.
SHIPPED: dict[str, tuple[str, dict, dict]] = {
    "linear": ("linear", {}, {}),  # 0.1
    "undercomplete": ("undercomplete", {}, {}),  # 0.2
    "overcomplete": ("overcomplete", {}, {}),  # 2
    "sparse": ("sparse", {}, {"epochs": 40}),  # 2
    "sparse-top-k": ("sparse", {"penalty": "top-k", "latent_size": 784}, {"epochs": 40}),  # 4
    "denoising": ("denoising", U_NET, RESTORER),  # 10
    "denoising-masking": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "masking", "corruption_strength": 0.5},
    ),  # 10
    "denoising-salt-pepper": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "salt-pepper", "corruption_strength": 0.3},
    ),  # 10
    "denoising-super-resolution": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "downscaling", "corruption_strength": 2.0},
    ),  # 10
    "contractive": ("contractive", {"weight": 0.05}, {"epochs": 40}),  # 0.5
    "contractive-unpenalised": ("contractive", {"weight": 0.0}, {"epochs": 40}),  # 0.5
    "deep": ("deep", {}, {"optimizer": "adamw", "weight_decay": 0.05, "epochs": 40}),  # 6
    "convolutional": ("convolutional", {}, {"epochs": 25}),  # 6
    "variational": ("variational", {}, {"epochs": 40}),  # 2
    "variational-16": (
        "variational",
        {"latent_size": 16, "decoder_layers": (256, 512)},
        {"epochs": 40},
    ),  # 2
    "variational-gaussian": (
        "variational",
        {"latent_size": 16, "decoder_layers": (256, 512), "decoder": "gaussian"},
        {"epochs": 20},
    ),  # 2
}

SIGNIFICANT_BITS = 8  # as many as bfloat16 has
KEPT = ("experiment.json", "status.json", "history.csv", "previews.npz")


def ship(name: str, observer: Observer) -> Run:
    """Trains a shipped model and puts its run, with its studies, in place of the old one.

    Its weights are rounded, which halves the file once it is compressed and costs less than a
    thousandth of the error; the report measures the rounded model.

    Raises:
        RuntimeError: the training did not finish.
    """
    key, hyperparameters, settings = SHIPPED[name]
    experiment = Experiment.of(key, hyperparameters, **settings)
    with tempfile.TemporaryDirectory() as directory:
        run = RunStore(directory).create(experiment)
        status = train(run, observer)
        if status.state != "finished":
            raise RuntimeError(f"Training {name} ended as {status.state}: {status.message}")
        model = keras.models.load_model(run.model_path, compile=False)
        model.set_weights([rounded(weights) for weights in model.get_weights()])
        target = Run(PRETRAINED / name)
        target.path.mkdir(parents=True, exist_ok=True)
        for file in KEPT:
            shutil.copyfile(run.path / file, target.path / file)
        model.save(target.model_path)
    compress(target.model_path)
    corruption = (experiment.corruption, experiment.corruption_strength)
    report = make_report(key, model, corruption, load(experiment.dataset).test, status.seconds)
    write_arrays(target.path / "report.npz", report.to_arrays())
    ship_studies(name)
    return target


def ship_studies(name: str) -> None:
    """Makes the studies of a shipped model again."""
    run = Run(PRETRAINED / name)
    model = keras.models.load_model(run.model_path, compile=False)
    for kind in STUDIES.get(run.key, ()):
        make(run, kind, model)


def ship_series(key: str, observer: Observer) -> None:
    """Trains the series of a type and keeps their figures, not their models.

    Raises:
        RuntimeError: a training did not finish.
    """
    made = []
    for series in all_series(Experiment.of(key)):
        for label, experiment in series.points.items():
            with tempfile.TemporaryDirectory() as directory:
                run = RunStore(directory).create(experiment)
                status = train(run, observer)
                if status.state != "finished":
                    raise RuntimeError(f"{series.title}: {label} ended as {status.state}")
                made.append((experiment, figures(run)))
    ship_figures(key, made)


def rounded(weights: np.ndarray) -> np.ndarray:
    """Weights with `SIGNIFICANT_BITS` significant bits each, still float32."""
    mantissa, exponent = np.frexp(weights)
    mantissa = np.round(mantissa * 2**SIGNIFICANT_BITS) / 2**SIGNIFICANT_BITS
    return np.ldexp(mantissa, exponent).astype(np.float32)


def compress(path: Path) -> None:
    """Packs the members of a .keras file, a ZIP that Keras writes unpacked."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
