"""Panel: selected runs compared side by side."""

import contextlib
from typing import Any

import numpy as np
import pandas
import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.labels import STATE_WORDS
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import count, duration, escaped, size
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import remembered
from aecore.data.names import shortened, told_apart, visible
from aecore.data.spreadsheet import cell
from aecore.figures.comparison import error_shares, validation_losses
from aecore.figures.grid import image_grid
from aecore.models import AUTOENCODERS
from aecore.runs.run import RunDamaged
from aecore.runs.summary import Summary
from aecore.training.differences import differing_settings
from aecore.training.sweep import written
from aecore.training.words import label_of

MOST_COMPARED = 6
IMAGES = 10
LONGEST_NAME = 40  # characters
FIGURES = {
    "sse": ("Error (SSE)", "{:.2f}".format),
    "psnr": ("PSNR", "{:.1f} dB".format),
    "ssim": ("SSIM", "{:.3f}".format),
    "code_size": ("Latent size", "{:,}".format),
    "parameters": ("Parameters", count),
    "seconds": ("Trained in", duration),
}


def comparison(chosen: list[Summary]) -> None:
    """The panel, for 2 to 6 runs; figures that a run does not have are left empty."""
    if not 2 <= len(chosen) <= MOST_COMPARED:
        return
    names = _names(chosen)
    st.markdown("#### Comparison")
    _table(chosen, names)
    reports = {}
    for each in chosen:
        with contextlib.suppress(RunDamaged, ReportError, OSError):
            if each.usable and not each.problem:
                reports[each.id] = report(each.run)
    left, right = st.columns(2, gap="medium")
    with left:
        _losses(chosen, names)
    with right:
        _errors(chosen, names, reports)
    with sentences():
        _images([each for each in chosen if each.id in reports], names, reports)


def _names(chosen: list[Summary]) -> dict[str, str]:
    """id → a short name, different for each."""
    short = []
    for each in chosen:
        kind = AUTOENCODERS.get(each.key)
        short.append(each.label.name or (kind.title if kind else each.key))
    names = told_apart(visible(shortened(name, LONGEST_NAME)) for name in short)
    return {each.id: name for each, name in zip(chosen, names, strict=True)}


def _table(chosen: list[Summary], names: dict[str, str]) -> None:
    """A column a run: where it stands, its figures, and the settings in which they differ."""
    rows: dict[str, list[str]] = {
        "Type": [AUTOENCODERS[e.key].title if e.key in AUTOENCODERS else "?" for e in chosen],
        "Data": [cell(visible(each.data) or "?") for each in chosen],
        "State": [STATE_WORDS[each.state] for each in chosen],
    }
    for name, (label, form) in FIGURES.items():
        values = [each.figures.get(name) for each in chosen]
        rows[label] = ["" if value is None else form(value) for value in values]
    rows["Size on disk"] = [size(each.size) for each in chosen]
    rows |= _settings(chosen)
    table = pandas.DataFrame(rows, index=[*map(cell, names.values())]).T
    table.index.name = ""
    wide = {"_index": st.column_config.TextColumn(width=180)}
    st.dataframe(table, key="runs.compare.table", height="content", column_config=wide)


def _settings(chosen: list[Summary]) -> dict[str, list[str]]:
    trained = [each for each in chosen if not each.problem and each.run.experiment is not None]
    found = {}
    for name, values in differing_settings([each.run.recipe for each in trained]).items():
        if name == "dataset":
            continue
        kinds = [AUTOENCODERS[each.key] for each in trained]
        kind = next((kind for kind in kinds if name in kind.declared()), kinds[0])
        by_id = dict(zip((each.id for each in trained), values, strict=True))
        found[label_of(kind, name)] = [_written(by_id.get(each.id)) for each in chosen]
    return found


def _written(value: Any) -> str:
    return "" if value is None else written(value)


def _losses(chosen: list[Summary], names: dict[str, str]) -> None:
    st.markdown("##### Validation loss")
    histories = {}
    for each in chosen:
        with contextlib.suppress(RunDamaged):
            histories[names[each.id]] = each.run.history()
    if not any(histories.values()):
        st.caption("None of these runs has completed an epoch here.")
        return
    chart(validation_losses(histories), "runs-losses")
    losses = {e.run.experiment.loss for e in chosen if not e.problem and e.run.experiment}
    if len(losses) > 1:
        st.caption(
            "The runs minimise different losses, so only the shapes of the curves are comparable."
        )


def _errors(chosen: list[Summary], names: dict[str, str], reports: dict[str, Report]) -> None:
    st.markdown("##### Errors on test images")
    if not reports:
        st.caption("None of these runs has been measured yet.")
        return
    chart(error_shares({names[id]: each.errors for id, each in reports.items()}), "runs-errors")
    if len({each.dataset for each in chosen if each.id in reports}) > 1:
        st.caption("The runs were measured on different data sets.")


def _images(measured: list[Summary], names: dict[str, str], reports: dict[str, Report]) -> None:
    """The same clean test images, reconstructed by each run."""
    st.markdown("##### Reconstructions of the same images")
    shapes = {each.run.shape for each in measured}
    if len(shapes) != 1:
        why = "The image sizes differ." if shapes else "None of these runs has a model yet."
        st.caption(why)
        return
    first = reports[measured[0].id]
    clean = first.clean[first.pick("first", count=IMAGES)].astype(np.float32) / 255
    token = tuple((each.id, each.run.model_path.stat().st_mtime_ns) for each in measured)

    def rebuild() -> list[np.ndarray]:
        with st.spinner("Reconstructing…"):
            return [calls().rebuild(each.run.model_path, clean).outputs for each in measured]

    outputs = remembered("runs.rebuilt", token, rebuild)
    rows = [("Original", clean)]
    rows += [(shortened(names[e.id], 24), each) for e, each in zip(measured, outputs, strict=True)]
    st.html(image_grid(rows))
    st.caption(
        f"Test images of {escaped(measured[0].data)}, one of each class. All models are given the "
        "clean images, including denoising models."
    )
