"""Validation of an imported report: shapes, types, ranges, sums."""

import math

import numpy as np

from aecore.analysis.architecture import Architecture, Stage
from aecore.analysis.latent import WIDEST
from aecore.analysis.report import EACH, MAPPED, Report, ReportError, most_shown
from aecore.data.kinds import Kind, kind_of
from aecore.data.splits import Source
from aecore.models.base import Shape
from aecore.models.settings import LARGEST

OWN_FIGURES = {  # of a type, as `particulars` names them
    "sparse": ("active", "dead"),
    "contractive": ("jacobian",),
    "variational": ("elbo", "reconstruction", "kl"),
}
FIGURES_OF_VALUES = OWN_FIGURES | {"variational": ("kl",)}  # on rows and windows
MOST_STAGES = 200
MOST_FIGURES = 40
LARGEST_COUNT = 2**53  # one beyond this is no whole number in JSON


def check_report(report: Report, key: str, source: Source, corrupted: bool) -> None:
    """Refuses a report that cannot be of a type's model on the test images of a data set.

    Args:
        corrupted: whether the images were corrupted before they went in.

    Raises:
        ReportError: the text says what is wrong.
    """
    kind = kind_of(source.shape)
    _check_figures(report.metrics, key, kind)
    _check_architecture(report.architecture, source.shape)
    _check_errors(report, source)
    _check_places(report, source)
    _check_images(report, source.shape, kind, corrupted)
    _check_latent(report)
    _check_parts(report, source)


def _check_figures(metrics: dict, key: str, kind: Kind) -> None:
    if not isinstance(metrics, dict) or len(metrics) > MOST_FIGURES:
        raise ReportError("The figures of the report are not named numbers.")
    own = (OWN_FIGURES if kind.bounded else FIGURES_OF_VALUES).get(key, ())
    error = kind.error.metric
    for name in ("mse", error, *kind.figures, "seconds", *own):
        if name not in metrics:
            raise ReportError("The report lacks the figure {}.", name)
    for name, value in metrics.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not abs(value) < LARGEST:
            raise ReportError("The report's figure {:.40} is not a number.", name)
    if min(metrics["mse"], metrics[error], metrics["seconds"]) < 0:
        raise ReportError("An error or a duration of the report is negative.")


def _check_architecture(network: Architecture, shape: Shape) -> None:
    counts = [*network.image, network.code_size, network.parameters]
    if network.image != tuple(shape) or not isinstance(network.decodes_codes, bool):
        raise ReportError("The report's network is for images of another size.")
    if len(network.stages) > MOST_STAGES:
        raise ReportError("The report's network has more layers than can be drawn.")
    for stage in network.stages:
        counts += _counts(stage)
    if not all(_is_count(count) for count in counts) or network.code_size < 1:
        raise ReportError("A size in the report's network is not a whole number.")


def _counts(stage: Stage) -> list:
    named = isinstance(stage.name, str) and stage.name.isprintable() and len(stage.name) <= 60
    if not named or stage.part not in ("encoder", "decoder") or not 1 <= len(stage.shape) <= 4:
        raise ReportError("A layer of the report's network is invalid.")
    return [*stage.shape, stage.parameters]


def _is_count(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _check_errors(report: Report, source: Source) -> None:
    errors, error = _numbers("errors", report.errors, 1), kind_of(source.shape).error
    if len(errors) > source.most_tested:
        raise ReportError(
            "The report has {:,} errors, but the data set at most {:,} test images.",
            len(errors),
            source.most_tested,
        )
    if not len(errors) or errors.min() < 0:
        raise ReportError("The report's errors are missing or negative.")
    _indices("labels", report.labels, len(source.classes), len(errors))
    mean = float(errors.mean(dtype=np.float64))
    figures = report.metrics
    if not math.isclose(figures["mse"], mean, rel_tol=1e-3, abs_tol=1e-9) or not math.isclose(
        figures[error.metric], mean * error.factor(source.shape), rel_tol=1e-3, abs_tol=1e-6
    ):
        raise ReportError("The report's figures are not the means of its errors.")


def _check_places(report: Report, source: Source) -> None:
    count, classes = len(report.errors), len(source.classes)
    shown = _indices("shown", report.shown, count, most=most_shown(source.shape, classes))
    if not len(shown) or (np.diff(shown.astype(np.int64)) <= 0).any():
        raise ReportError("The report's shown images are missing or out of order.")
    for name, most in (("firsts", classes), ("chosen", EACH)):
        if not len(_indices(name, getattr(report, name), len(shown), most=most)):
            raise ReportError("The report's {} are missing.", name)
    if not len(_indices("mapped", report.mapped, count, most=MAPPED)):
        raise ReportError("The report maps no images.")


def _check_images(report: Report, shape: Shape, kind: Kind, corrupted: bool) -> None:
    kept, reduced = (make(np.zeros((1, *shape), np.float32)) for make in (kind.keep, kind.reduce))
    wanted = {
        "clean": (len(report.shown), *shape),
        "inputs": (len(report.shown) if corrupted else 0, *shape),
        "outputs": (len(report.shown), *shape),
        "pictures": (len(report.mapped), *reduced.shape[1:]),
    }
    for name, wanted_shape in wanted.items():
        images = getattr(report, name)
        if images.shape != wanted_shape or images.dtype != kept.dtype:
            raise ReportError(
                "The report's {} are not {} {} of its size.", name, wanted_shape[0], kind.samples
            )
        if name == "outputs" and not np.isfinite(images).all():
            raise ReportError("Some of the report's {} are not numbers.", name)


def _check_latent(report: Report) -> None:
    latent, mapped, size = report.latent, len(report.mapped), report.architecture.code_size
    axes = _numbers("latent_axes", latent.axes, 2)
    width = len(axes)
    shapes = {
        "centre": (size,),
        "axes": (width, size),
        "explained": (width,),
        "places": (mapped, width),
        "neighbours": (mapped, 2),
    }
    for name, shape in shapes.items():
        if _numbers(f"latent_{name}", getattr(latent, name), len(shape)).shape != shape:
            raise ReportError("The report's latent_{} do not match its codes.", name)
    if not 1 <= width <= min(size, WIDEST):
        raise ReportError("The report's map has no axes, or more than its codes have numbers.")


def _check_parts(report: Report, source: Source) -> None:
    """Errors by column or channel, and where windows begin, if the data has such."""
    count = len(source.layout) or (source.series is not None and len(source.series.channels)) or 0
    if (report.parts is not None) != (count > 0):
        raise ReportError("The report's errors by {} do not match its data.", "column")
    for name, values in vars(report.parts).items() if report.parts is not None else ():
        if values.shape != (count,) or values.dtype != np.float64 or np.isinf(values).any():
            raise ReportError("The report's {} are not a number for each column.", name)
    starts, wanted = report.starts, len(report.errors) if source.series is not None else 0
    if starts.shape != (wanted,) or starts.dtype.kind not in "iu" or (starts < 0).any():
        raise ReportError("The start positions of the report's windows are invalid.")


def _numbers(name: str, values: np.ndarray, axes: int) -> np.ndarray:
    if values.ndim != axes or values.dtype not in (np.float32, np.float64):
        raise ReportError("The report's {} are not numbers along {} axes.", name, axes)
    if not np.isfinite(values).all():
        raise ReportError("Some of the report's {} are not numbers.", name)
    return values


def _indices(
    name: str, values: np.ndarray, end: int, count: int | None = None, most: int | None = None
) -> np.ndarray:
    """Integers along one axis, from 0 to below `end`; `count` of them, or at most `most`."""
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise ReportError("The report's {} are not whole numbers along one axis.", name)
    if count is not None and len(values) != count:
        raise ReportError("The report has {} errors, but {} {}.", count, len(values), name)
    if most is not None and len(values) > most:
        raise ReportError("The report has {:,} {}, not at most {:,}.", len(values), name, most)
    if len(values) and not (values.min() >= 0 and values.max() < end):
        raise ReportError("Some of the report's {} are out of range.", name)
    return values
