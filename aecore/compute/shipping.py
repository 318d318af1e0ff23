"""Training of the models that ship with the program."""

import contextlib
import shutil
import tempfile
import zipfile
from pathlib import Path

import keras
import numpy as np

from aecore.analysis.report import make_report
from aecore.compute.training import train
from aecore.data.datasets import load
from aecore.detection.judgement import Judgement
from aecore.detection.scores import usual
from aecore.generation.classifier import trained_classifier
from aecore.generation.features import CLASSIFIER
from aecore.generation.study import NotGenerated
from aecore.runs.codecs import ship_codec
from aecore.runs.detectors import make_judgement
from aecore.runs.files import write_arrays
from aecore.runs.generating import measure_generation
from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.runs.series import figures, ship_figures
from aecore.runs.store import RunStore
from aecore.runs.studies import make, studies_of
from aecore.runs.transfers import TRANSFERS, measure_transfer
from aecore.shipped.recipes import RECIPES
from aecore.training.comparisons import all_series
from aecore.training.experiment import Experiment
from aecore.training.observer import Observer
from aecore.transfer.labelled import NotClassified

CODECS = ("deep", "convolutional")  # come with a codec: the first that the page offers
SIGNIFICANT_BITS = 8  # as many as bfloat16 has
KEPT = ("experiment.json", "status.json", "history.csv", "previews.npz")


def ship(name: str, observer: Observer) -> Run:
    """Trains a shipped model and replaces its run and studies.

    Its weights are rounded, which halves the compressed file and changes the error by less than a
    thousandth; the report measures the rounded model.

    Raises:
        RuntimeError: the training did not finish.
    """
    key, hyperparameters, settings = RECIPES[name]
    experiment = Experiment.of(key, hyperparameters, **settings)
    with tempfile.TemporaryDirectory() as directory:
        run = RunStore(directory).create(experiment)
        status = train(run, observer)
        if status.state != "finished":
            raise RuntimeError(f"Training {name} ended as {status.state}: {status.message}")
        model = keras.models.load_model(run.model_path, compile=False)
        model.set_weights([rounded(weights) for weights in model.get_weights()])
        target = Run(SHIPPED_MODELS / name)
        target.path.mkdir(parents=True, exist_ok=True)
        for file in KEPT:
            shutil.copyfile(run.path / file, target.path / file)
        model.save(target.model_path)
    compress(target.model_path)
    corruption = (experiment.corruption, experiment.corruption_strength)
    data = load(experiment.dataset)
    report = make_report(key, model, corruption, data.test, status.seconds, data.layout)
    write_arrays(target.path / "report.npz", report.to_arrays())
    ship_studies(name)
    with contextlib.suppress(NotGenerated):
        ship_generation(name)
    if experiment.normal:
        ship_detector(name)
    return target


def ship_studies(name: str) -> None:
    """Repeats the studies of a shipped model."""
    run = Run(SHIPPED_MODELS / name)
    model = keras.models.load_model(run.model_path, compile=False)
    for kind in studies_of(run):
        make(run, kind, model)
    ship_transfers(run, model)
    if name in CODECS:
        ship_codec(run, model)


def ship_transfers(run: Run, model) -> None:
    """Measures what the code of a shipped model is worth for other tasks."""
    for name in TRANSFERS:
        with contextlib.suppress(NotClassified):
            measure_transfer(run, name, model, folder=run)


def ship_generation(name: str) -> None:
    """Repeats what a shipped model generates from.

    Raises:
        NotGenerated: it gives nothing from a code alone.
    """
    run = Run(SHIPPED_MODELS / name)
    model = keras.models.load_model(run.model_path, compile=False)
    measure_generation(run, model, folder=run)


def ship_detector(name: str) -> Judgement:
    """Repeats how a shipped model judges its data set as a detector."""
    run = Run(SHIPPED_MODELS / name)
    model = keras.models.load_model(run.model_path, compile=False)
    return make_judgement(run, model, usual(run.source.kind, run.key), folder=run)


def ship_classifier() -> float:
    """Trains the classifier whose features compare digits; the share that it classifies rightly."""
    trained, accuracy = trained_classifier()
    model = keras.Model(trained.inputs, trained.outputs)  # without the state of its optimizer
    model.set_weights([rounded(weights) for weights in model.get_weights()])
    model.save(CLASSIFIER)
    compress(CLASSIFIER)
    return accuracy


def ship_series(key: str, observer: Observer) -> None:
    """Trains the series of a type and saves their metrics, not their models.

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
    """Compresses a .keras file, a ZIP that Keras writes uncompressed."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
