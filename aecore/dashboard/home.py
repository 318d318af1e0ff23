"""Home: every type on the same ten digits."""

import contextlib

import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.frame.navigation import NAME
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts.text import count, duration
from aecore.dashboard.services import report
from aecore.figures.grid import image_grid
from aecore.models import AUTOENCODERS
from aecore.runs.run import RunDamaged
from aecore.runs.store import shipped

WIDTHS = [3.0, 5.0, 4.4]
FIGURES = ("SSE", "latent size", "parameters", "trained in")


def home_page() -> None:
    """The page that opens first."""
    with page("Home"):
        _home()


def _home() -> None:
    st.title(NAME)
    st.markdown(
        "An **autoencoder** learns to compress an image into a code and to reconstruct it from "
        "that code. The nine types below are already trained on handwritten digits. Open one to "
        "explore its reconstructions, latent space and errors, to try it on your own images, or to "
        "train your own model."
    )
    reports = _shipped_reports()
    if not reports:
        st.info("No shipped models were found. Create them with `python -m aecore pretrain`.")
        return
    st.markdown("#### Nine autoencoders on the same ten digits")
    titles = "".join(f"<small>{title}</small>" for title in FIGURES)
    st.columns(WIDTHS)[-1].html(f'<div class="ae-figures ae-titles">{titles}</div>')
    first = next(iter(reports.values()))
    _row("Original", image_grid([("", first.clean[first.firsts])]), [])
    for key, kind in AUTOENCODERS.items():
        if not shipped(key).path.exists():
            continue
        if key not in reports:
            st.warning(f"The shipped {kind.title.lower()} model is missing or damaged.")
            continue
        shown = reports[key]
        rows = [("", shown.outputs[shown.firsts])]
        if len(shown.inputs):
            rows.insert(0, ("", shown.inputs[shown.firsts]))
        figures = [
            f"{shown.metrics['sse']:.2f}",
            f"{shown.architecture.code_size:,}",
            count(shown.architecture.parameters),
            duration(shown.metrics["seconds"]),
        ]
        _row(key, image_grid(rows), figures)
    st.caption(
        "SSE: squared error summed over the 784 pixels of an image, mean over the 10,000 test "
        "images, which no model was trained on. The denoising type receives noisy images, shown "
        "above its reconstructions, and is compared with the clean ones. Each type is built and "
        "trained to show its own idea: a smaller error alone does not make it better."
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
