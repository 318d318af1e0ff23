"""Panel: the user's own images, as the model sees them, rebuilt, scored and placed."""

import numpy as np
import streamlit as st

from aecore.analysis.anomaly import standing
from aecore.analysis.report import Report
from aecore.dashboard.services import calls
from aecore.dashboard.shell import fragment
from aecore.data.arrays import describe_shape
from aecore.data.corruption import CORRUPTIONS
from aecore.data.intake import LIMITS, Intake, Preparation, read_uploads
from aecore.figures.errors import error_histogram
from aecore.figures.grid import differences, image_grid
from aecore.runs.run import Run

POLARITY = {"auto": "Find out", "keep": "Keep", "invert": "Invert"}
A_ROW = 10
MOST_SHOWN = 30


def own_images(run: Run, report: Report) -> None:
    """The uploader, what the model made of the images, and where they lie."""
    fragment(_own, run, report)


def _own(run: Run, report: Report) -> None:
    key = run.key
    files = _files(key)
    preparation = _preparation(run)
    placed = f"{key}.placed.{run.id}"
    if not files:
        st.session_state.pop(placed, None)
        st.info(
            "Upload a few images to see them rebuilt: a photo of a handwritten digit will do. "
            f"The model sees {describe_shape(run.shape)}.",
            icon="🖼️",
        )
        return
    intake = read_uploads(files, run.shape, preparation)
    _refusals(intake)
    if len(intake.images) == 0:
        st.session_state.pop(placed, None)
        return
    corruption = _corruption(run)
    with st.spinner("Rebuilding…"):
        result = calls().place(run.path, intake.images, corruption, seed=1)
    st.session_state[placed] = {
        "names": list(intake.names),
        "places": result.places,
        "neighbours": result.neighbours,
    }
    _rebuilt(intake, result, report, corruption)


def _files(key: str) -> list[tuple[str, bytes]]:
    """What is uploaded; the bytes outlive a change of page, which the widget does not."""
    memory = f"{key}.uploads"
    uploaded = st.file_uploader(
        "Your images",
        type=["png", "jpg", "jpeg", "webp", "bmp"],
        accept_multiple_files=True,
        key=f"{key}.uploader.{st.session_state.get(f'{key}.cleared', 0)}",
        help=f"PNG, JPEG, WebP or BMP, {LIMITS}.",
    )
    if uploaded:
        st.session_state[memory] = [(file.name, file.getvalue()) for file in uploaded]
    files = st.session_state.get(memory, [])
    if files and st.button(f"Remove {_images(len(files))}", icon="🗑️", key=f"{key}.remove"):
        st.session_state[memory] = []
        st.session_state[f"{key}.cleared"] = st.session_state.get(f"{key}.cleared", 0) + 1
        st.rerun(scope="fragment")
    return files


def _preparation(run: Run) -> Preparation:
    key, source = run.key, run.source
    left, right = st.columns(2)
    polarity = left.segmented_control(
        "Light and dark",
        POLARITY,
        default="auto" if source.ink else "keep",
        required=True,
        format_func=POLARITY.get,
        key=f"{key}.polarity.{source.ink}",
        help="The model knows light strokes on black; dark ink on paper has to be inverted.",
    )
    centre = right.toggle(
        "Crop to the ink and centre it",
        source.ink,
        key=f"{key}.centre.{source.ink}",
        help="The way MNIST was made: the ink fills 20 of 28 pixels, its centre of mass is in "
        "the middle. Off: the whole image is fitted in.",
    )
    return Preparation(polarity, centre)


def _corruption(run: Run) -> tuple[str, float]:
    kind, strength = run.corruption
    if kind == "none":
        return "none", 0.0
    wanted = st.toggle(
        f"Corrupt them first ({CORRUPTIONS[kind].title.lower()}, {strength:g}), as in training",
        True,
        key=f"{run.key}.corrupt.own",
        help="Off: your images go in as they are, to be cleaned.",
    )
    return run.corruption if wanted else ("none", 0.0)


def _refusals(intake: Intake) -> None:
    if intake.refusals:
        lines = "\n".join(f"- **{_plain(name)}**: {reason}" for name, reason in intake.refusals)
        st.warning(f"{_images(len(intake.refusals))} could not be used:\n{lines}", icon="🚫")


def _plain(name: str) -> str:
    """A file's name without what Markdown would take for markup."""
    return "".join(c if c.isalnum() or c in " ._-" else "?" for c in name)[:80]


def _rebuilt(intake: Intake, result, report: Report, corruption: tuple[str, float]) -> None:
    ranks = standing(report.errors, result.errors)
    st.markdown("##### As the model sees them, and what it makes of them")
    for start in range(0, min(len(intake.images), MOST_SHOWN), A_ROW):
        part = slice(start, start + A_ROW)
        clean, outputs = intake.images[part], result.outputs[part]
        rows = [("Prepared", clean)]
        if corruption[0] != "none":
            rows.append(("Corrupted", result.inputs[part]))
        rows += [("Reconstructed", outputs), ("Difference", differences(clean, outputs))]
        errors = zip(intake.names[part], result.errors[part], strict=True)
        st.html(image_grid(rows, [f"{name[:14]} · {error:.4f}" for name, error in errors]))
    if len(intake.images) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(intake.images)} are shown.")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("##### Beside the held-out images")
        st.plotly_chart(error_histogram(report.errors, own=result.errors), key="own.histogram")
    with right:
        st.markdown("##### Scores")
        st.dataframe(
            {
                "image": intake.names,
                "error": np.round(result.errors.astype(float), 4),
                "worse than": ranks,
            },
            column_config={
                "image": st.column_config.TextColumn(width="small"),
                "error": st.column_config.NumberColumn(width="small", format="%.4f"),
                "worse than": st.column_config.ProgressColumn(
                    "worse than … of held-out",
                    format="percent",
                    min_value=0,
                    max_value=1,
                    help="Share of the held-out images with a smaller error.",
                ),
            },
            hide_index=True,
        )
        odd = int((ranks > 0.99).sum())
        if odd:
            st.caption(f"{_images(odd)} rebuilt worse than 99 % of the held-out ones: unlike them.")
        st.caption("The latent space shows them as red diamonds.")


def _images(count: int) -> str:
    return f"{count} image" if count == 1 else f"{count} images"
