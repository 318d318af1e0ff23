"""Panel: bits per pixel against quality, beside image formats and PCA."""

import numpy as np
import streamlit as st

from aecore.compression.cells import WAYS
from aecore.compression.measures import PCA, THIS, Compression, at_bits
from aecore.dashboard.applications.compression.measured_cells import drawn_cells
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.any_run import every_run
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.labels import labels_with_types
from aecore.dashboard.parts.measured import measured_panel
from aecore.dashboard.parts.text import plain, size
from aecore.dashboard.services import kept_study
from aecore.dashboard.session import lasting
from aecore.figures.compression import rate_figure
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run

IMAGE_FORMATS = "JPEG, WebP, AVIF and PCA"
RATES = (0.05, 0.1, 0.2, 0.4)
MOST_OTHERS = 4


def measured(run: Run) -> None:
    """The curves on test data; before they were measured, a button that starts it."""
    kind = run.source.kind
    others, draw = ("PCA and CSV", drawn_cells) if kind.key in WAYS else (IMAGE_FORMATS, _drawn)
    measured_panel(
        run,
        Compression,
        "Measure the curves",
        f"How large are files of this model, and how good are the {kind.samples} that come back? "
        f"The curves are measured on test {kind.samples} at many steps, beside {others}. It takes "
        "up to a few minutes, once.",
        draw,
    )


def _drawn(run: Run, found: Compression) -> None:
    """The curves on test images, a table at equal sizes, and what the decoder takes."""
    others = _others(run)
    titles = _titles([run, *(other for other, _ in others)])
    title = titles[run.id] if others else f"{AUTOENCODERS[run.key].title} autoencoder"
    curves = {title if name == THIS else name: each for name, each in found.curves.items()}
    for other, study in others:
        curves[titles[other.id]] = study.curves[THIS]
    st.markdown(f"##### {found.count:,} test images in one file")
    left, right = st.columns(2, gap="medium")
    with left:
        chart(rate_figure(curves, "psnr", found.limit), f"{run.id}-rate-psnr")
    with right:
        chart(rate_figure(curves, "ssim"), f"{run.id}-rate-ssim")
    table = {name: [at_bits(each, bits) for bits in RATES] for name, each in curves.items()}
    st.dataframe(
        {
            "PSNR in dB at": [f"{bits:g} bits per pixel" for bits in RATES],
            **{name: ["–" if np.isnan(v) else f"{v:.2f}" for v in row]
               for name, row in table.items()},
        },
        hide_index=True,
        key=f"compression.table.{run.id}",
    )  # fmt: skip
    _verdict(title, table)
    st.caption(
        f"All bytes are counted. JPEG, WebP and AVIF store a mosaic of the same images, PCA is "
        f"quantised and coded in the same way. A dash: the format cannot make so small a "
        f"file. The file needs its decoder, {size(found.decoder)} of weights and "
        f"{size(found.codec)} for the codec, which the other formats do not."
    )
    if found.alone:
        places = np.flatnonzero(np.array(found.levels) >= found.usual)
        at = int(places[0]) if len(places) else len(found.levels) - 1
        st.caption(
            f"One image in a file of its own takes {found.alone[at]:.2f} bits per pixel at the "
            f"usual quality, most of it for the header; in one file with the others, "
            f"{found.curves[THIS]['bits'][at]:.2f}."
        )


def _others(run: Run) -> list[tuple[Run, Compression]]:
    """Further models in the same chart: those of the same data whose curves were measured."""
    found = {}
    for other in every_run():
        if other.path != run.path and other.usable and other.dataset == run.dataset:
            study = kept_study(other, Compression)
            if study is not None:
                found[other.id] = (other, study)
    if not found:
        return []
    titles = _titles([other for other, _ in found.values()])
    chosen = st.multiselect(
        "Compare with",
        list(found),
        format_func=titles.__getitem__,
        max_selections=MOST_OTHERS,
        **lasting(f"compression.others.{run.id}"),
        help="Models of the same data whose curves were measured: other sizes of the code, or "
        "other types.",
    )
    return [found[id] for id in chosen]


def _titles(runs: list[Run]) -> dict[str, str]:
    """id → type, run and the size of the code, no two the same."""
    titles = labels_with_types(runs)
    for run in runs:
        size = getattr(run.experiment and run.experiment.autoencoder, "latent_size", None)
        titles[run.id] += f", code of {size}" if size else ""
    return titles


def _verdict(title: str, table: dict[str, list[float]]) -> None:
    """Where the autoencoder is best, and where it is not."""
    own = table[title]
    beaten = []
    for at, bits in enumerate(RATES):
        others = {name: row[at] for name, row in table.items() if name != title}
        best = max(others, key=lambda name: np.nan_to_num(others[name], nan=-np.inf))
        if np.nan_to_num(others[best], nan=-np.inf) > np.nan_to_num(own[at], nan=-np.inf):
            beaten.append(f"{plain(best)} at {bits:g}")
    if beaten:
        st.warning(
            f"Not the best everywhere: {', '.join(beaten)} bits per pixel "
            f"{'are' if len(beaten) > 1 else 'is'} better.",
            icon=icons.WARNING,
        )
    else:
        st.success(
            f"At these sizes the {plain(title.lower())} gives a higher PSNR than {PCA} and the "
            "image formats.",
            icon=icons.FINISHED,
        )
