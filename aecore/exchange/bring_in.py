"""Import and export of models, in the worker: untrusted plain data raises `FileRefused`."""

import dataclasses
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aecore.data.datasets import load, shape_of, source
from aecore.data.names import shortened, storable
from aecore.data.own import is_own
from aecore.data.splits import Source, Split
from aecore.detection.detector import Detector
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import unpack
from aecore.exchange.codec_check import try_codec
from aecore.exchange.detector_check import try_detector
from aecore.exchange.fitting import fitting, none_fits, own_shape, would_do
from aecore.exchange.keras_file.budget import MOST_WORK, check_work
from aecore.exchange.opening import Plain, open_file
from aecore.exchange.plain_run import PlainRun
from aecore.exchange.rebuilding import check_encoder
from aecore.models import AUTOENCODERS
from aecore.models.base import Shape
from aecore.runs.detectors import kept_detector
from aecore.runs.files import write_arrays, write_json, write_whole
from aecore.runs.origin import LONGEST, Origin
from aecore.runs.run import Run
from aecore.runs.status import Status
from aecore.runs.store import RunStore

if TYPE_CHECKING:
    from aecore.exchange.keras_file.anatomy import Anatomy


@dataclass(frozen=True)
class Found:
    """What a file holds: a "run" of this program or a foreign "model".

    name: of the file. key and title: of the type, a proposal if it is a model. dataset: the title
    of the data a run was trained on, else empty. anatomy: of a model, else None. fitting: keys of
    data sets with samples that it takes, the best first. metrics: of a run, else None. own:
    the shape of the user's own images that a model takes, if there is one. would_do: which table or
    series it takes, in a sentence. detector: of a run that has one, else None.
    """

    kind: str
    name: str
    key: str
    title: str
    dataset: str
    anatomy: "Anatomy | None"
    fitting: tuple[str, ...]
    metrics: dict[str, float] | None
    own: Shape | None = None
    would_do: str = ""
    detector: Detector | None = None


@dataclass(frozen=True)
class Codes:
    """For the test samples of a run: codes (n, latent_size), errors and labels (n,)."""

    codes: np.ndarray
    errors: np.ndarray
    labels: np.ndarray


def inspect(file: bytes | Plain, name: str) -> Found:
    """What a file holds, read and verified as `bring_in` does it.

    Args:
        file: the result of `open_file`, or the content, which is then opened first.
        name: of the file.

    Raises:
        FileRefused: it cannot be used; the text says why.
    """
    plain = open_file(file) if isinstance(file, bytes) else file
    if isinstance(plain, PlainRun):
        with tempfile.TemporaryDirectory() as directory:
            run = unpack(plain, RunStore(directory), examine)
            return Found(
                "run", name, run.key, AUTOENCODERS[run.key].title, run.source.title, None,
                (run.dataset,), _report(run).metrics, detector=kept_detector(run),
            )  # fmt: skip
    from aecore.exchange.keras_file.halves import build_network

    network = build_network(plain)
    anatomy = network.dissect()
    key = network.kind_of(anatomy)
    return Found(
        "model", name, key, AUTOENCODERS[key].title, "", anatomy, fitting(network.model), None,
        own_shape(network.model), would_do(network.model),
    )  # fmt: skip


def bring_in(
    file: bytes | Plain,
    name: str,
    store: RunStore,
    dataset: str | None = None,
    at: int | None = None,
    key: str | None = None,
    range: str | None = None,
    most_work: float = MOST_WORK,
) -> str:
    """Imports a run file or a foreign model into a store; the id of the new run.

    Args:
        file, name: as for `inspect`.
        store: of the visitor who imports it.
        dataset: on which a foreign model is measured and shown; None for the first that fits.
        at: the index of the layer (one of `Anatomy.cuts`) after which a foreign model is cut;
            None for the bottleneck that was found.
        key: of the type on whose page it is shown; None for the detected one.
        range: of the values that it takes, one of its kind's; None to detect it.
        most_work: multiplications allowed for measuring a foreign model.

    Raises:
        FileRefused: it cannot be used; the text says why.
        DataUnavailable: the data set cannot be loaded.
    """
    plain = open_file(file) if isinstance(file, bytes) else file
    if isinstance(plain, PlainRun):
        return unpack(plain, store, examine).id
    return _bring_in_model(plain, name, store, dataset, at, key, range, most_work).id


def _bring_in_model(plain, name, store: RunStore, dataset, at, key, range, most_work) -> Run:
    from aecore.exchange.keras_file.cutting import cut
    from aecore.exchange.keras_file.halves import build_network
    from aecore.exchange.keras_file.ranges import TRIED_ON, conversions, find_ends

    network = build_network(plain)
    network.dissect()  # or it is told as what it is
    foreign = network.model
    fit = fitting(foreign)
    if dataset is None and not fit:
        raise none_fits(foreign)
    if dataset is not None and dataset not in fit:
        raise FileRefused("It does not take the samples of the data set {!r:.80}.", dataset)
    dataset = dataset or fit[0]
    here, shape = source(dataset), shape_of(dataset)
    if range is not None and range not in here.kind.ranges:
        raise FileRefused(
            "There is no range {!r:.80} of {}; there are: {}.",
            range, here.kind.samples, ", ".join(here.kind.ranges),
        )  # fmt: skip
    anatomy = network.dissect(shape)
    at = anatomy.bottleneck if at is None else at
    key = key or suited(network.kind_of(anatomy, at), shape)
    if key not in AUTOENCODERS:
        raise FileRefused("There is no type {!r:.80}.", key)
    if not AUTOENCODERS[key].takes(shape):
        raise FileRefused(
            "The type {} cannot be used with {}.", AUTOENCODERS[key].title, here.kind.samples
        )
    spread = network.distribution if key == "variational" and at == network.seam else None
    unconverted, data = cut(foreign, at, shape), load(dataset)
    ranges = conversions(data, here)
    if range is not None and range not in ranges:
        raise FileRefused("{} is scaled by quantiles, so its units are not known here.", here.title)
    check_work(unconverted, shape, len(data.test) + TRIED_ON * len(ranges), most_work)
    try:
        ends = find_ends(unconverted, data.test.images, ranges, range)
    except Exception as problem:  # an error of TensorFlow: the model does not work
        raise _unmeasured(here, problem) from problem
    model = cut(foreign, at, shape, ends, spread)
    check_encoder(key, model.get_layer("encoder"))
    report = _measured(key, model, here, data.test)
    with store.making(store.new_path(key).name) as run:
        file, layer = shortened(storable(Path(name).name), LONGEST), anatomy.layers[at].name
        origin = Origin(key, dataset, file, layer[:LONGEST], ends.takes, ends.gives, ends.doubtful)
        write_json(run.path / "origin.json", dataclasses.asdict(origin))
        if is_own(dataset):
            write_json(run.path / "data.json", here.to_dict())
        write_whole(run.model_path, model.save)
        write_arrays(run.path / "report.npz", report.to_arrays())
        run.write_status(Status("finished", "", created=time.time(), fraction=1.0))
        return store.adopt(run)


def suited(key: str, shape: Shape) -> str:
    """The key of a type, or of another if that one cannot have samples of a shape."""
    return key if AUTOENCODERS[key].takes(shape) else "deep"


def _measured(key: str, model, here: Source, test: Split):
    """The report of a foreign model, checked like any other report."""
    from aecore.analysis.report import make_report
    from aecore.analysis.report_check import check_report

    try:
        report = make_report(key, model, ("none", 0.0), test, 0.0, here.layout)
        check_report(report, key, here, False)
    except Exception as problem:  # ReportError, or TensorFlow's if it does not work
        raise _unmeasured(here, problem) from problem
    return report


def _unmeasured(here: Source, problem: Exception) -> FileRefused:
    return FileRefused("It could not be measured on {}: {}", here.kind.samples, problem)


def _report(run: Run):
    from aecore.analysis.report import Report

    return Report.from_arrays(run.report_arrays())


def examine(run: Run) -> None:
    """Refuses a run whose report cannot be its own; rewrites the report without other content.

    Raises:
        FileRefused: the text says what is wrong.
    """
    from aecore.analysis.report import ReportError
    from aecore.analysis.report_check import check_report

    corrupted = run.corruption[0] != "none" and run.corruption[1] > 0
    try:
        report = _report(run)
        check_report(report, run.key, run.source, corrupted)
    except ReportError as problem:
        raise FileRefused("report.npz: {}", problem) from problem
    write_arrays(run.path / "report.npz", report.to_arrays())
    try_detector(run)
    try_codec(run)


def litert(path: str) -> bytes:
    """The whole autoencoder of a run folder as a LiteRT model, for phones and small devices."""
    import keras

    model = keras.models.load_model(Run(Path(path)).model_path, compile=False)
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "model.tflite"
        model.export(out, format="litert", verbose=False)
        return out.read_bytes()


def codes(path: str) -> Codes:
    """Codes and errors of all test samples of a run's data set, corrupted as in its report."""
    import keras

    from aecore.analysis.reconstruction import encode, reconstruct, squared_errors
    from aecore.analysis.report import CORRUPTION_SEED
    from aecore.data.corruption import corrupt

    run = Run(Path(path))
    model = keras.models.load_model(run.model_path, compile=False)
    data = load(run.dataset)
    inputs = np.asarray(corrupt(data.test.images, *run.corruption, CORRUPTION_SEED, data.layout))
    errors = squared_errors(data.test.images, reconstruct(model, inputs))
    return Codes(encode(model.get_layer("encoder"), inputs)[0], errors, data.test.labels)
