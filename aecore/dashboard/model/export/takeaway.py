"""Panel: export a model, its numbers and its figures, or delete it."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.model.export.contents import (
    codes_csv,
    figures_of,
    metrics_json,
    reconstructions_png,
    samples_csv,
)
from aecore.dashboard.model.export.keras_lines import keras_lines, preparation_json
from aecore.dashboard.model.export.script import script
from aecore.dashboard.model.export.sharing import share_toggle
from aecore.dashboard.model.reconstructions import WHICH
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import plain, size
from aecore.dashboard.parts.undo import delete_button
from aecore.dashboard.services import calls
from aecore.dashboard.session import deletions
from aecore.data.limits import MB
from aecore.exchange.bundle import SUFFIX, pack
from aecore.figures.document import file_name, html_document
from aecore.runs.recent import Recent
from aecore.runs.run import Run

ALL = "All figures, on one page"
files = Recent(256 * MB)  # that were made on demand, of all visitors


def takeaway(run: Run, report: Report) -> None:
    """The panel; large files are made only on demand."""
    _whose_files(run)
    left, right = st.columns([6, 5], gap="large")
    with left:
        fragment(_model, run, report)
        fragment(script, run)
        _link(run)
    with right:
        fragment(_whole_run, run)
        fragment(_numbers, run, report)
        fragment(_figures, run, report)
    if not run.shipped:
        st.divider()
        with sentences():
            share_toggle(run)
            delete_button(run)


def _whose_files(run: Run) -> None:
    """Says which model is exported, above all where another one was deleted here just now."""
    label = plain(run_label(run))
    if gone := deletions(run.key):
        titles = ", ".join(plain(each.title) for each in gone)
        st.info(
            f"{titles} was deleted, and its files with it. Below are the files of another model, "
            f"which this page shows now: **{label}**.",
            icon=icons.DELETE,
        )
    else:
        st.caption(f"Files of **{label}**.")


def _model(run: Run, report: Report) -> None:
    st.markdown("##### Model")
    row = st.container(horizontal=True)
    with row:
        _download(
            f"Keras model ({size(run.model_path.stat().st_size)})",
            run.model_path.read_bytes,
            f"{run.id}.keras",
            "application/octet-stream",
            "Plain Keras layers: loads anywhere with Keras 3, without this program.",
        )
        _on_demand(
            "LiteRT file",
            lambda: _litert(run.path, run.model_path.stat().st_mtime_ns),
            f"{run.id}.tflite",
            "application/octet-stream",
            "Runs on phones and small devices with LiteRT (formerly TensorFlow Lite), without "
            "Python or Keras. The conversion takes a few seconds.",
        )
    st.caption("To use the Keras model in your own code (Keras 3):")
    st.code(keras_lines(run, report), language="python")


def _link(run: Run) -> None:
    st.markdown("##### Link to this model")
    query = "" if run.id == run.key else f"?run={run.id}"
    st.code(f"{st.context.url or ''}{query}", language=None, wrap_lines=True)
    st.caption("Opens this page with this model on this server.")


def _whole_run(run: Run) -> None:
    st.markdown("##### Complete run")
    st.caption(
        "Model, settings, history and figures with name, note and tags, as one file. Import it on "
        "this or another server with *Import…* at the top of any type's page, or with `python -m "
        "aecore import`."
    )
    _download(
        "Run file", lambda: pack(run), f"{run.id}{SUFFIX}", "application/zip",
        "Contains a checksum of each file, which is verified on import.",
    )  # fmt: skip


def _numbers(run: Run, report: Report) -> None:
    st.markdown("##### Numbers")
    samples = report.kind.samples
    with st.container(horizontal=True):
        several = (
            ""
            if report.architecture.decodes_codes
            else " The maps of the skip connections are not included."
        )
        _on_demand(
            "codes",
            lambda: _codes(run.path, run.model_path.stat().st_mtime_ns, run.source.classes),
            f"{run.id}-codes.csv",
            "text/csv",
            f"CSV, one row for each of the {len(report.errors):,} test {samples}: class, mean "
            f"squared error, and the {report.architecture.code_size:,} numbers of its code."
            + several,
        )
        history = run.path / "history.csv"
        _download(
            "History",
            history.read_bytes,
            f"{run.id}-history.csv",
            "text/csv",
            "CSV, one row per epoch: each term of the loss on training and validation data."
            if history.exists()
            else "Not available: the model was not trained here.",
            disabled=not history.exists(),
        )
        _download(
            "Metrics", lambda: metrics_json(run, report), f"{run.id}-metrics.json",
            "application/json", f"JSON: settings, sizes, and all figures on the test {samples}.",
        )  # fmt: skip
        if not report.kind.bounded:
            _download(
                "Preparation", lambda: preparation_json(run), f"{run.id}-preparation.json",
                "application/json", f"JSON: how {samples} become the numbers that the model takes, "
                f"by {report.kind.parts}, and how these come back.",
            )  # fmt: skip
    st.caption(
        f"Codes and errors of the test {samples} and the training history as CSV, the metrics as "
        "JSON."
    )


def _figures(run: Run, report: Report) -> None:
    st.markdown("##### Figures")
    choice, button = st.columns([3, 2], vertical_alignment="bottom")
    figures = figures_of(run, report)
    title = choice.selectbox("Interactive figure", (ALL, *figures), key=f"{run.key}.take.figure")
    chosen = figures if title == ALL else {title: figures[title]}
    name = "figures" if title == ALL else file_name(title)
    with button:
        _download(
            "HTML",
            lambda: html_document(
                f"{run.id} · {run.source.title}", {name: draw() for name, draw in chosen.items()}
            ),
            f"{run.id}-{name}.html",
            "text/html",
            "One file of about 5 MB that opens in any browser, also offline.",
        )
    SAMPLES[report.kind.key](run, report)
    st.caption("The camera icon at the top right of each figure saves it as a PNG.")


def _pictures(run: Run, report: Report) -> None:
    choice, button = st.columns([3, 2], vertical_alignment="bottom")
    which = choice.selectbox(
        "Reconstructions",
        WHICH if len(run.source.classes) > 1 else [name for name in WHICH if name != "first"],
        format_func=WHICH.__getitem__,
        key=f"{run.key}.take.which.{len(run.source.classes) > 1}",
    )
    with button:
        _download(
            "PNG", lambda: reconstructions_png(report, which),
            f"{run.id}-reconstructions-{which}.png", "image/png",
            "Originals, reconstructions and differences, enlarged four times.",
        )  # fmt: skip


def _values(run: Run, report: Report) -> None:
    samples = report.kind.samples
    _download(
        f"Reconstructed {samples}", lambda: samples_csv(run, report),
        f"{run.id}-{samples}.csv", "text/csv",
        f"CSV, {len(report.shown):,} of the test {samples}: the best, the worst and some at "
        "random, given and reconstructed, in your units.",
    )  # fmt: skip


SAMPLES = {"image": _pictures, "table": _values, "series": _values}


def _download(
    label: str, data: Callable | bytes, name: str, mime: str, help: str, **state: bool
) -> None:
    """A button that downloads, `disabled` or `ready`; data may be made when it is clicked."""
    st.download_button(
        label,
        data,
        name,
        mime,
        key=f"take.{name}",
        help=help,
        on_click="ignore",
        icon=icons.DOWNLOAD,
        disabled=state.get("disabled", False),
        type="primary" if state.get("ready") else "secondary",
        width="stretch",
    )


def _on_demand(what: str, make: Callable[[], bytes], name: str, mime: str, help: str) -> None:
    """A button that prepares a file, and then becomes the button that downloads it."""
    asked_for = f"take.made.{name}"
    place = st.empty()
    if not st.session_state.get(asked_for):
        with place:
            asked = st.button(
                f"Prepare {what}",
                key=f"take.make.{name}",
                help=f"{help} The button then downloads it.",
                icon=icons.SETTINGS,
                width="stretch",
            )
        if not asked:
            return
        with place, st.spinner(f"Preparing {what}…"):
            content = make()
        st.session_state[asked_for] = True
    else:
        content = make()
    with place:
        label = f"Download {what} ({size(len(content))})"
        _download(label, content, name, mime, help, ready=True)


def _litert(path: Path, changed: int) -> bytes:
    return files.get(("litert", path, changed), lambda: calls().litert(path))


def _codes(path: Path, changed: int, classes: tuple[str, ...]) -> bytes:
    key = ("codes", path, changed, classes)
    return files.get(key, lambda: codes_csv(calls().codes(path), classes))
