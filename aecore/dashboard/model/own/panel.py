"""Panel: the user's own images: prepared, reconstructed, scored and placed on the map."""

import math

import numpy as np
import streamlit as st

from aecore.analysis.anomaly import share_below
from aecore.analysis.report import Report
from aecore.compute.answers import Rebuilt
from aecore.dashboard.model.own.large import whole_pictures
from aecore.dashboard.model.own.preparing import choose_corruption, choose_preparation, show_steps
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.reading_notes import show_refusals
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.sources import choose_way, drawn, photographed, uploaded
from aecore.dashboard.parts.text import LONGEST_NAME, many
from aecore.dashboard.services import calls, reader
from aecore.dashboard.session import Given, give_images, remembered
from aecore.data.arrays import describe_shape
from aecore.data.images.uploads import Intake, read_uploads
from aecore.data.limits import at_once
from aecore.data.names import shortened, visible
from aecore.data.spreadsheet import as_csv, cell
from aecore.figures.errors import error_histogram
from aecore.figures.gallery import gallery, rebuilt_rows
from aecore.figures.grid import picture_strip
from aecore.figures.numbers import significant
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

A_ROW = 10
MOST_SHOWN = 30
INVITATIONS = {
    "draw": "Draw something. It is reconstructed after every stroke.",
    "upload": "Upload images to see their reconstructions.",
    "camera": "Take a picture to see its reconstruction.",
}


def own_images(run: Run, report: Report) -> None:
    """Where the images come from, what the model made of them, and where they lie."""
    fragment(_own, run, report)


def _own(run: Run, report: Report) -> None:
    way = choose_way(run.key, run.source)
    if way == "upload":
        files, stage = uploaded(run.key, at_once(run.shape)), st.container()
    else:
        left, stage = st.columns([1, 2], gap="large")
        with left:
            files = drawn(run.key, run.source) if way == "draw" else photographed(run.key)
    if not files:
        give_images(run, None)
        hint = " A digit written on paper works well." if run.source.ink and way != "draw" else ""
        size = describe_shape(run.shape)
        stage.info(f"{INVITATIONS[way]}{hint} The model takes {size}.", icon=icons.IMAGES)
        return
    if way != "draw" and whole_pictures(run, files):
        give_images(run, None)
        return
    st.markdown("##### Preparation, step by step")
    preparation = choose_preparation(run)
    limits = at_once(run.shape)
    token = (files, run.shape, preparation, run.source.levels)
    with stage, st.spinner("Reading…"):
        intake = remembered(
            "own.intake",
            token,
            lambda: read_uploads(
                files, run.shape, preparation, limits, reader(), run.source.levels
            ),
        )
        show_refusals(intake)
    if len(intake.images) == 0:
        give_images(run, None)
        return
    show_steps(run, files, intake, preparation)
    corruption = choose_corruption(run)
    with stage, st.spinner("Reconstructing…"):
        result = remembered(
            "own.rebuilt",
            (*token, model_version(run), corruption),
            lambda: calls().rebuild(run.model_path, intake.images, corruption, seed=None),
        )
    give_images(run, Given(intake.names, intake.images, corruption))
    if way == "upload":
        _many(intake, result, report, corruption[0] != "none")
    else:
        with stage:
            _one(intake, result, report, corruption[0] != "none")
        _beside(report, result)


def _one(intake: Intake, result: Rebuilt, report: Report, corrupted: bool) -> None:
    """A single picture, large."""
    clean, output = intake.images[0], result.outputs[0]
    rank = share_below(report.errors, result.errors)[0]
    rows = rebuilt_rows(
        clean[None], output[None], result.inputs[:1] if corrupted else None, "Prepared"
    )
    pictures = [(row.label, row.images[0]) for row in rows]
    st.html(picture_strip(pictures, 210, roles=[row.role for row in rows]))
    st.markdown(
        f"Error **{significant(_sse(result)[0])}**: {rank:.0%} of the test images "
        "have a smaller error. In the difference, red is missing and blue is added. "
        "In the latent space your image is shown as a diamond."
    )


def _many(intake: Intake, result: Rebuilt, report: Report, corrupted: bool) -> None:
    """A grid of images, their errors compared with the test images, and a table."""
    st.markdown("##### Prepared images and reconstructions")
    for start in range(0, min(len(intake.images), MOST_SHOWN), A_ROW):
        part = slice(start, start + A_ROW)
        rows = rebuilt_rows(
            intake.images[part],
            result.outputs[part],
            result.inputs[part] if corrupted else None,
            "Prepared",
        )
        names = intake.names[part]
        errors = zip(names, _sse(result)[part], strict=True)
        captions = [f"{shortened(name, 14)} · {significant(error)}" for name, error in errors]
        st.html(gallery(rows, [shortened(name, LONGEST_NAME) for name in names], captions))
    if len(intake.images) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(intake.images)} are shown.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _beside(report, result)
    with right:
        _table(intake.names, result, share_below(report.errors, result.errors))


def _beside(report: Report, result: Rebuilt) -> None:
    st.markdown("##### Errors compared with the test images")
    figure = error_histogram(report.sample_errors, own=_sse(result), kind=report.kind)
    chart(figure, "own-images-errors", "own.histogram")


def _sse(result: Rebuilt) -> np.ndarray:
    """The squared error of each image, summed over its pixels."""
    return result.errors * math.prod(result.outputs.shape[1:])


def _table(names: tuple[str, ...], result: Rebuilt, ranks: np.ndarray) -> None:
    st.markdown("##### Scores")
    st.dataframe(
        {
            "image": [cell(visible(name)) for name in names],
            "error": [float(f"{error:.3g}") for error in _sse(result)],
            "worse than": ranks,
        },
        column_config={
            "image": st.column_config.TextColumn(width="small"),
            "error": st.column_config.NumberColumn(
                width="small", help="Squared error summed over the pixels of the image."
            ),
            "worse than": st.column_config.ProgressColumn(
                "worse than … of test images",
                format="percent",
                min_value=0,
                max_value=1,
                help="Share of the test images with a smaller error.",
            ),
        },
        hide_index=True,
    )
    odd = int((ranks > 0.99).sum())
    if odd:
        st.caption(
            f"{many(odd, 'image')} with a larger error than 99% of the test images: unusual."
        )
    st.caption("In the latent space they are shown as diamonds.")
    st.download_button(
        "Download scores (CSV)",
        scores_csv(names, result.errors, ranks),
        "scores.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        on_click="ignore",
    )


def scores_csv(names: tuple[str, ...], errors: np.ndarray, ranks: np.ndarray) -> str:
    """A table of images: name, mean squared error per pixel, share of test images below it."""
    rows = [
        (name, f"{error:.7g}", f"{rank:.4f}")
        for name, error, rank in zip(names, errors, ranks, strict=True)
    ]
    return as_csv(("image", "mse", "test_below"), rows)
