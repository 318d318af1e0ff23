"""The exported tables and figures, and the lines of Keras that load a model."""

import io
import json
from collections.abc import Callable
from functools import partial

import numpy as np
import plotly.graph_objects as go

from aecore.analysis.report import Report
from aecore.dashboard.model.latent import places_on, projections
from aecore.data.arrays import describe_shape
from aecore.data.spreadsheet import cell
from aecore.exchange.bring_in import Codes
from aecore.figures.curves import loss_curves
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.grid import differences, sheet
from aecore.figures.maps import latent_scatter
from aecore.figures.network import network_drawing
from aecore.runs.run import Run


def codes_csv(codes: Codes, classes: tuple[str, ...]) -> bytes:
    """One row per test image: class, error, and the numbers z1, z2 ... of its code."""
    import pyarrow
    from pyarrow import csv

    titles = [*map(cell, classes)]
    columns = {
        "class": pyarrow.array([titles[label] for label in codes.labels], pyarrow.string()),
        "error": pyarrow.array(codes.errors.astype(np.float32)),
    }
    for number, column in enumerate(codes.codes.astype(np.float32).T, 1):
        columns[f"z{number}"] = pyarrow.array(np.ascontiguousarray(column))
    file = io.BytesIO()
    csv.write_csv(pyarrow.table(columns), file)
    return file.getvalue()


def metrics_json(run: Run, report: Report) -> str:
    """What the model is, what it was trained on, and its figures on the test images."""
    if run.origin is not None:
        made = {"origin": vars(run.origin)}
    else:
        made = {"experiment": run.recipe.to_dict()}
    values = {
        "run": run.id,
        "type": run.key,
        "dataset": run.source.title,
        **made,
        "test_images": len(report.errors),
        "parameters": report.architecture.parameters,
        "code_size": report.architecture.code_size,
        "metrics": report.metrics,
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def reconstructions_png(report: Report, which: str) -> bytes:
    """Originals, corrupted ones if there are any, reconstructions and differences as rows."""
    places = report.pick(which)
    clean, outputs = report.clean[places], report.outputs[places]
    corrupted = [report.inputs[places]] if len(report.inputs) else []
    return sheet([clean, *corrupted, outputs, differences(clean, outputs)])


def figures_of(run: Run, report: Report) -> dict[str, Callable[[], go.Figure]]:
    """Title → what draws the figure: all that a run's own numbers give."""
    classes = run.source.classes
    found: dict[str, Callable[[], go.Figure]] = {
        "Errors": partial(error_histogram, report.sample_errors, kind=report.kind)
    }
    if len(classes) > 1:
        found["Errors by class"] = partial(
            errors_by_class, report.sample_errors, report.labels, classes, kind=report.kind
        )
    for projection in projections(report):
        title = f"Latent space, {projection}"
        found[title] = partial(_latent_space, report, classes, projection)
    history = run.history()
    if history:
        found["Loss curves"] = partial(loss_curves, history, kind=report.kind)
    found["Network"] = partial(network_drawing, report.architecture)
    return found


def _latent_space(report: Report, classes: tuple[str, ...], projection: str) -> go.Figure:
    latent = report.latent
    places, axes = places_on(report, projection, latent.places, latent.neighbours)
    labels = report.labels[report.mapped]
    return latent_scatter(places, labels, classes, np.arange(len(places)), axes)


def keras_lines(run: Run, report: Report) -> str:
    """The lines of Python that load this run's model with Keras alone, and use it."""
    network = report.architecture
    shape = str((1, *network.image))
    look = f"{describe_shape(network.image)}, in [0, 1]" + (
        ",\n# light strokes on black" if run.source.ink else ""
    )
    if run.source.levels is not None:
        black, white = run.source.levels
        look += f";\n# of more than 8 bits: {black:g} is 0, {white:g} is 1"
    size = f"(1, {network.code_size})"
    codes, decoded, passed, of_codes = "codes", "decoded", "codes", f"the code: {size}"
    if not network.decodes_codes:
        codes, passed = "codes, *maps", "[codes, *maps]"
        of_codes = f"the code, {size},\n# and the finer maps that the decoder needs"
    elif run.key == "variational":
        codes, of_codes = "codes, log_variances", f"mean and log-variance, {size} each"
    trained = run.experiment  # an imported decoder gives images alone
    if trained is not None and getattr(trained.autoencoder, "decoder", "") == "gaussian":
        decoded = "decoded, pixel_log_variances"
    return f"""\
import keras
import numpy as np

model = keras.models.load_model(
    "{run.id}.keras",
    compile=False,
)
encoder = model.get_layer("encoder")
decoder = model.get_layer("decoder")

# your images: {look}
images = np.zeros({shape}, "float32")
rebuilt = model.predict(images)

# {of_codes}
{codes} = encoder.predict(images)
{decoded} = decoder.predict({passed})
"""
