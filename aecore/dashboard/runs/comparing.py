"""Panel: selected runs compared side by side."""

import contextlib
from typing import Any

import numpy as np
import pandas
import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.labels import STATE_WORDS, run_label, run_title
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import count, duration, escaped, size
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import remembered
from aecore.data.kinds import IMAGES as OF_IMAGES
from aecore.data.kinds import KINDS
from aecore.data.names import shortened, told_apart, visible
from aecore.data.spreadsheet import cell
from aecore.figures.colours import run_colours
from aecore.figures.comparison import error_shares, validation_losses
from aecore.figures.grid import image_grid
from aecore.figures.legends import literal
from aecore.models import AUTOENCODERS
from aecore.runs.contrast import contrast
from aecore.runs.run import RunDamaged
from aecore.runs.same_model import model_version
from aecore.runs.store import shipped, shipped_variants
from aecore.runs.summary import Summary, summary
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
    "mse": ("Error per value (MSE)", "{:.4g}".format),
    "r2": ("R²", "{:.3f}".format),
    "accuracy": ("Accuracy", "{:.1%}".format),
    "code_size": ("Latent size", "{:,}".format),
    "parameters": ("Parameters", count),
    "seconds": ("Trained in", duration),
}


def comparison(chosen: list[Summary]) -> None:
    """The panel, for up to 6 runs and shipped models; figures that a run lacks are left empty."""
    st.markdown("#### Comparison")
    compared = [*_baselines(chosen), *chosen]
    if not 2 <= len(compared) <= MOST_COMPARED:
        st.caption(f"Choose 2 to {MOST_COMPARED} models in total.")
        return
    names = _names(compared)
    colours = run_colours(names)
    _in_words(compared, names, colours)
    _table(compared, names)
    reports = {}
    for each in compared:
        with contextlib.suppress(RunDamaged, ReportError, OSError):
            if each.usable and not each.problem:
                reports[each.id] = report(each.run)
    left, right = st.columns(2, gap="medium")
    with left:
        _losses(compared, names, colours)
    with right:
        _errors(compared, names, reports, colours)
    with sentences():
        _samples([each for each in compared if each.id in reports], names, reports)


def baselines(chosen: list[Summary]) -> dict[str, Summary]:
    """label → shipped model, of the types of the chosen runs."""
    found = {}
    for key in dict.fromkeys(each.key for each in chosen if each.key in AUTOENCODERS):
        for run in (shipped(key), *shipped_variants(key)):
            with contextlib.suppress(OSError):
                found[f"{AUTOENCODERS[key].title}: {run_label(run)}"] = summary(run)
    return found


def _baselines(chosen: list[Summary]) -> list[Summary]:
    """The shipped models that are ticked; beside a single run that of its type."""
    there = baselines(chosen)
    if not there:
        return []
    ticked = st.pills(
        "Baselines",
        list(there),
        selection_mode="multi",
        default=list(there)[:1] if len(chosen) == 1 else [],
        key=f"runs.baselines.{'-'.join(sorted({each.key for each in chosen}))}.{len(chosen) == 1}",
        help="Shipped models to compare with.",
    )
    return [there[label] for label in ticked]


def _names(compared: list[Summary]) -> dict[str, str]:
    """id → a short name, different for each; it tells the type where there are several."""
    short, several = [], len({each.key for each in compared}) > 1
    for each in compared:
        kind = AUTOENCODERS.get(each.key)
        title = f"{kind.title if kind else each.key}: " if several and not each.label.name else ""
        short.append(f"{title}{run_title(each)}")
    names = told_apart(visible(shortened(name, LONGEST_NAME)) for name in short)
    return {each.id: name for each, name in zip(compared, names, strict=True)}


def _in_words(compared: list[Summary], names: dict[str, str], colours: dict[str, str]) -> None:
    """A line for each run, in its colour: how it differs from the first."""
    first, *others = compared
    lines = [(first, "the others are compared with it.")]
    for each in others:
        with contextlib.suppress(RunDamaged):
            lines.append((each, contrast(each, first)))
    rows = "".join(
        f'<div><span style="color:{colours[each.id]}">\N{BLACK SQUARE}</span> '
        f"<strong>{literal(names[each.id])}</strong>: {literal(words)}</div>"
        for each, words in lines
    )
    st.html(rows)


def _table(chosen: list[Summary], names: dict[str, str]) -> None:
    """A column a run: where it stands, its figures, and the settings in which they differ."""
    rows: dict[str, list[str]] = {
        "Type": [AUTOENCODERS[e.key].title if e.key in AUTOENCODERS else "?" for e in chosen],
        "Data": [cell(visible(each.data) or "?") for each in chosen],
        "State": [STATE_WORDS[each.state] for each in chosen],
    }
    of_kinds = {name for kind in KINDS.values() for name in kind.listed}
    there = {name for each in chosen if each.kind is not None for name in each.kind.listed}
    for name, (label, form) in FIGURES.items():
        values = [each.figures.get(name) for each in chosen]
        if name in of_kinds and name not in there:  # of other kinds of data
            continue
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


def _losses(chosen: list[Summary], names: dict[str, str], colours: dict[str, str]) -> None:
    st.markdown("##### Validation loss")
    histories = {}
    for each in chosen:
        with contextlib.suppress(RunDamaged):
            histories[each.id] = each.run.history()
    if not any(histories.values()):
        st.caption("None of these runs has completed an epoch here.")
        return
    drawn = {names[id]: history for id, history in histories.items()}
    chart(validation_losses(drawn, [colours[id] for id in histories]), "runs-losses")
    losses = {e.run.experiment.loss for e in chosen if not e.problem and e.run.experiment}
    if len(losses) > 1:
        st.caption(
            "The runs minimise different losses, so only the shapes of the curves are comparable."
        )


def _errors(
    chosen: list[Summary],
    names: dict[str, str],
    reports: dict[str, Report],
    colours: dict[str, str],
) -> None:
    st.markdown("##### Errors on test data")
    if not reports:
        st.caption("None of these runs has been measured yet.")
        return
    kind = next(iter(reports.values())).kind
    alike = {id: each for id, each in reports.items() if each.kind == kind}
    drawn = {names[id]: each.sample_errors for id, each in alike.items()}
    chart(error_shares(drawn, [colours[id] for id in alike], kind), "runs-errors")
    if len(alike) < len(reports):
        st.caption(f"Only errors of {kind.samples} are drawn; others are not comparable.")
    if len({each.dataset for each in chosen if each.id in reports}) > 1:
        st.caption("The runs were measured on different data sets.")


def _samples(measured: list[Summary], names: dict[str, str], reports: dict[str, Report]) -> None:
    """The same clean test samples, reconstructed by each run."""
    kind = reports[measured[0].id].kind if measured else OF_IMAGES
    st.markdown(f"##### Reconstructions of the same {kind.samples}")
    shapes = {each.run.shape for each in measured}
    if len(shapes) != 1:
        differ = f"The sizes of the {kind.samples} differ."
        st.caption(differ if shapes else "None of these runs has a model yet.")
        return
    if not kind.bounded and len({each.dataset for each in measured}) > 1:
        st.caption("The runs were trained on data with different columns or channels.")
        return
    DRAW[kind.key](measured, names, reports)


def _images(measured: list[Summary], names: dict[str, str], reports: dict[str, Report]) -> None:
    first = reports[measured[0].id]
    clean = first.clean[first.pick("first", count=IMAGES)].astype(np.float32) / 255

    def rebuild() -> list[np.ndarray]:
        with st.spinner("Reconstructing…"):
            return [calls().rebuild(each.run.model_path, clean).outputs for each in measured]

    outputs = remembered("runs.rebuilt", [model_version(each.run) for each in measured], rebuild)
    rows = [("Original", clean)]
    rows += [(shortened(names[e.id], 24), each) for e, each in zip(measured, outputs, strict=True)]
    st.html(image_grid(rows))
    st.caption(
        f"Test images of {escaped(measured[0].data)}, one of each class. All models are given the "
        "clean images, including denoising models."
    )


def _values(measured: list[Summary], names: dict[str, str], reports: dict[str, Report]) -> None:
    """How well each run reproduces each column or channel."""
    first = measured[0]
    source, kind = first.run.source, reports[first.id].kind
    learnt = source.table.learnt if source.table else ()
    parts = source.series.channels if source.series else [column.name for column in learnt]
    scores = {}
    for each in measured:
        if (found := reports[each.id].parts) is not None:
            scores[cell(names[each.id])] = found.scores.round(3)
    if not scores:
        st.caption("These runs were measured without their columns.")
        return
    table = pandas.DataFrame(scores, index=[cell(visible(part)) for part in parts])
    table.index.name = kind.parts
    st.dataframe(table, key="runs.compare.parts", placeholder="")
    st.caption(
        f"Of each of the {kind.parts}, over all test {kind.samples}: R² of numbers, share of "
        "reproduced categories of others; 1 is perfect."
    )


DRAW = {"image": _images, "table": _values, "series": _values}
