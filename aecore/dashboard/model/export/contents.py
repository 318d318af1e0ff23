"""The exported tables and figures."""

import io
import json
from collections.abc import Callable
from functools import partial

import numpy as np
import plotly.graph_objects as go

from aecore.analysis.report import Report
from aecore.dashboard.model.latent import places_on, projections
from aecore.data.spreadsheet import as_csv, cell
from aecore.data.tables.filling import as_texts
from aecore.exchange.bring_in import Codes
from aecore.figures.curves import loss_curves
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.grid import differences, sheet
from aecore.figures.maps import latent_scatter
from aecore.figures.network import network_drawing
from aecore.runs.run import Run


def codes_csv(codes: Codes, classes: tuple[str, ...]) -> bytes:
    """One row per test sample: class, error, and the numbers z1, z2 ... of its code."""
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
    """What the model is, what it was trained on, and its figures on the test data."""
    if run.origin is not None:
        made = {"origin": vars(run.origin)}
    else:
        made = {"experiment": run.recipe.to_dict()}
    values = {
        "run": run.id,
        "type": run.key,
        "dataset": run.source.title,
        **made,
        f"test_{report.kind.samples}": len(report.errors),
        "parameters": report.architecture.parameters,
        "code_size": report.architecture.code_size,
        "metrics": report.metrics,
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def samples_csv(run: Run, report: Report) -> str:
    """Test rows or windows that the report keeps, as given and as reconstructed, in their units."""
    return SAMPLES[report.kind.key](run, report)


def _rows_csv(run: Run, report: Report) -> str:
    table = run.source.table
    assert table is not None
    given, rebuilt = (
        as_texts(table, table.preparation.back(rows)) for rows in (report.clean, report.outputs)
    )
    header = ["row", "", "error", *(column.name for column in table.learnt)]
    lines = []
    for place, *pair in zip(report.shown, given, rebuilt, strict=True):
        error = f"{report.errors[place]:.6g}"
        for role, cells in zip(ROLES, pair, strict=True):
            lines.append([int(place) + 1, role, error, *cells])
    return as_csv(header, lines)


def _windows_csv(run: Run, report: Report) -> str:
    series = run.source.series
    assert series is not None
    header = ["window", "step", "error"]
    header += [f"{name}, {role}" for name in series.channels for role in ROLES]
    lines = []
    for place, *pair in zip(
        report.shown, series.back(report.clean), series.back(report.outputs), strict=True
    ):
        error = f"{report.errors[place]:.6g}"
        values = np.stack(pair, axis=-1).reshape(series.length, -1)
        for step, cells in enumerate(values):
            words = ["" if np.isnan(value) else f"{value:.6g}" for value in cells]
            lines.append([int(place) + 1, step, error, *words])
    return as_csv(header, lines)


ROLES = ("given", "reconstructed")
SAMPLES = {"table": _rows_csv, "series": _windows_csv}


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
