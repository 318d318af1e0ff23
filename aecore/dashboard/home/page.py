"""Home: a digit on its way, every type on the same ten digits, and what they are used for."""

import contextlib

import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.frame.navigation import NAME
from aecore.dashboard.frame.page import page
from aecore.dashboard.home.examples import examples
from aecore.dashboard.home.stage import CODED, stage
from aecore.dashboard.parts.text import count, duration
from aecore.dashboard.services import report
from aecore.figures.grid import image_grid
from aecore.figures.numbers import significant
from aecore.models import AUTOENCODERS
from aecore.runs.run import RunDamaged
from aecore.runs.store import shipped

WIDTHS = [3.0, 5.0, 4.4]
FIGURES = ("error", "latent size", "parameters", "trained in")


def home_page() -> None:
    """The page that opens first."""
    with page("Home"):
        _home()


def _home() -> None:
    reports = _shipped_reports()
    st.title(NAME)
    st.markdown(
        "An **autoencoder** compresses an image into a few numbers, its *latent code*, and "
        "reconstructs the image from them. Draw a digit!"
    )
    if not reports:
        st.info("No shipped models were found. Create them with `python -m aecore pretrain`.")
        return
    if CODED in reports:
        stage(reports)
    _on_ten_digits(reports)
    examples(reports)


def _on_ten_digits(reports: dict[str, Report]) -> None:
    """Every type, what it makes of one digit of each class, and its figures."""
    st.markdown("#### The nine types on the same ten digits")
    titles = "".join(f"<small>{title}</small>" for title in FIGURES)
    st.columns(WIDTHS)[-1].html(f'<div class="ae-figures ae-titles">{titles}</div>')
    first = next(iter(reports.values()))
    digits = [f"Digit {label}" for label in first.labels[first.shown[first.firsts]]]
    _row("Original", image_grid([("", first.clean[first.firsts])], names=digits), [])
    for key, kind in AUTOENCODERS.items():
        if not shipped(key).path.exists():
            continue
        if key not in reports:
            st.warning(f"The shipped {kind.title.lower()} model is missing or damaged.")
            continue
        shown = reports[key]
        told = [f"{digit}, reconstructed: {kind.title}" for digit in digits]
        grid = image_grid([("", shown.outputs[shown.firsts])], names=told)
        if len(shown.inputs):
            noisy = [f"{digit}, with noise" for digit in digits]
            grid = image_grid([("", shown.inputs[shown.firsts])], names=noisy) + grid
        figures = [
            significant(shown.metrics["sse"]),
            f"{shown.architecture.code_size:,}",
            count(shown.architecture.parameters),
            duration(shown.metrics["seconds"]),
        ]
        _row(key, grid, figures)
    st.caption(
        "Error: squared error summed over the 784 pixels of an image (SSE), here the mean over the "
        "10,000 test images, which no model was trained on. The denoising type receives noisy "
        "images, shown above its reconstructions, and is compared with the clean ones. Each type "
        "is built and trained to show its own idea: a smaller error alone does not make it better."
    )


def _row(name: str, grid: str, figures: list[str]) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center")
    with cells[0]:
        if name in AUTOENCODERS:
            kind = AUTOENCODERS[name]
            st.page_link(f"pages/{name}.py", label=kind.title, icon=kind.icon, help=kind.summary)
        else:
            st.markdown(f"**{name}**")
    with cells[1]:
        st.html(grid)
    if figures:
        named = zip(FIGURES, figures, strict=True)
        told = "".join(f'<span title="{title}">{text}</span>' for title, text in named)
        cells[2].html(f'<div class="ae-figures">{told}</div>')


def _shipped_reports() -> dict[str, Report]:
    found = {}
    for key in AUTOENCODERS:
        with contextlib.suppress(RunDamaged, ReportError, OSError):
            found[key] = report(shipped(key))
    return found
