"""What autoencoders are used for: a card each, whose button opens a page with all in place."""

import contextlib

import numpy as np
import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.home.applications import applications
from aecore.dashboard.home.card import Example
from aecore.dashboard.parts import icons
from aecore.dashboard.services import report
from aecore.dashboard.session import want_run, want_view
from aecore.figures.cards import before_and_after, code_map, error_bars
from aecore.figures.grid import svg_url
from aecore.figures.numbers import significant
from aecore.runs.run import Run, RunDamaged
from aecore.runs.series import shipped_figures
from aecore.runs.store import shipped_variants

LARGER = "denoising-super-resolution"  # the shipped model that enlarges
SHOWN = 3  # the digit on the cards
OWN = """
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 98 64" width="98" height="64" fill="none"
stroke="#7d8597" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round">
<path d="M4 54V10H24L30 18H52V54Z"/><path d="M11 46 22 32 30 40 36 34 45 46Z"/>
<path d="M60 34H72M67 29 72 34 67 39" stroke="#3d7edb"/>
<path d="M80 22V46M87 27V41M94 22V46"/></svg>
"""  # a folder of images becomes a model; in the hand of the types' faces


def examples(reports: dict[str, Report]) -> None:
    """The cards, as far as the models that they show are there."""
    st.markdown("#### Examples")
    cards = [*_restoring(reports), *_codes(reports), *applications(reports)]
    cards.append(
        Example(
            "Train on your own images",
            f'<div class="ae-card ae-drawn"><img src="{svg_url(OWN)}" alt=""></div>',
            "Make a data set of a folder or a ZIP of 20 to 20,000 images, then train any type "
            "on it.",
            "Create a data set",
            "data",
        )
    )
    with st.container(key="home.examples"):
        for card in cards:
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{card.title}**")
                st.html(card.picture)
                st.markdown(card.line)
                if st.button(card.button, icon=icons.OPEN, key=f"home.example.{card.title}"):
                    _open(card)


def _open(card: Example) -> None:
    if card.view:
        want_view(card.view)
        want_run(card.page, card.run or card.page)
    st.switch_page(f"pages/{card.page}.py")


def _restoring(reports: dict[str, Report]) -> list[Example]:
    """Removing noise, and enlarging."""
    cards = []
    if "denoising" in reports:
        noisy = reports["denoising"]
        cards.append(
            Example(
                "Remove noise",
                _restored(noisy, "with noise"),
                f"{_improvement(noisy)}. Compared with classical filters.",
                "Restore images",
                "denoising",
                "Restoration",
            )
        )
    for run in shipped_variants("denoising"):
        if run.id == LARGER and (small := _report(run)) is not None:
            cards.append(
                Example(
                    "Enlarge images",
                    _restored(small, "of 14 × 14 pixels"),
                    f"14 × 14 to 28 × 28 pixels. {_improvement(small)}.",
                    "Enlarge",
                    "denoising",
                    "Restoration",
                    LARGER,
                )
            )
    return cards


def _codes(reports: dict[str, Report]) -> list[Example]:
    """Comparing latent sizes, and the plane of codes."""
    cards = []
    if errors := _errors_by_size():
        least, most = min(errors), max(errors)
        cards.append(
            Example(
                "Compare latent sizes",
                error_bars(errors),
                f"Mean error {significant(errors[least])} with {least} numbers, "
                f"{significant(errors[most])} with {most}; PCA beside it.",
                "Compare sizes",
                "undercomplete",
                "Bottleneck",
            )
        )
    if "variational" in reports:
        plane = reports["variational"]
        codes = plane.latent.lift(plane.latent.places)
        cards.append(
            Example(
                "Explore the latent plane",
                code_map(codes, plane.pictures, "Test images by the two numbers of their codes"),
                "A code of two numbers: each place on the plane is decoded under the mouse.",
                "Open the plane",
                "variational",
                "Distribution",
            )
        )
    return cards


def _restored(report: Report, state: str) -> str:
    place = report.firsts[SHOWN]
    names = f"Digit {SHOWN}, {state}", f"Digit {SHOWN}, restored"
    return before_and_after(report.inputs[place], report.outputs[place], names)


def _improvement(report: Report) -> str:
    """How much smaller the error of the ten digits is that home shows."""
    clean, inputs, outputs = (
        images[report.firsts].astype(np.float32) / 255
        for images in (report.clean, report.inputs, report.outputs)
    )
    before, after = (
        float(np.square(images - clean).sum(axis=(1, 2, 3)).mean()) for images in (inputs, outputs)
    )
    return f"Mean error of ten digits {significant(before)} before, {significant(after)} after"


def _errors_by_size() -> dict[int, float]:
    """Latent size → error of the shipped runs that differ in nothing else, on MNIST."""
    found = {}
    for entry in shipped_figures("undercomplete"):
        experiment, figures = entry["experiment"], entry["figures"]
        if experiment["dataset"] == "mnist":
            found[int(figures["code_size"])] = float(figures["sse"])
    return dict(sorted(found.items()))


def _report(run: Run) -> Report | None:
    with contextlib.suppress(RunDamaged, ReportError, OSError):
        return report(run)
    return None
