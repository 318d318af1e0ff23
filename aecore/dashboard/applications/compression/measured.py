"""Panel: bits a pixel against quality, beside image formats and PCA."""

import numpy as np
import streamlit as st

from aecore.compression.measures import PCA, THIS, Compression, at_bits
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import size
from aecore.dashboard.services import study
from aecore.figures.compression import rate_figure
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run

RATES = (0.05, 0.1, 0.2, 0.4)


def measured(run: Run) -> None:
    """The curves on test images, a table at equal sizes, and what the decoder takes."""
    with st.spinner("Measuring the codec on test images… This takes about a minute, once."):
        found = study(run, Compression)
    title = f"{AUTOENCODERS[run.key].title} autoencoder"
    curves = {title if name == THIS else name: each for name, each in found.curves.items()}
    st.markdown(f"##### {found.count:,} test images in one file")
    left, right = st.columns(2, gap="medium")
    with left:
        chart(rate_figure(curves, "psnr", found.limit), f"{run.id}-rate-psnr")
    with right:
        chart(rate_figure(curves, "ssim"), f"{run.id}-rate-ssim")
    table = {name: [at_bits(each, bits) for bits in RATES] for name, each in curves.items()}
    st.dataframe(
        {
            "PSNR in dB at": [f"{bits:g} bits a pixel" for bits in RATES],
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
            f"One image in a file of its own takes {found.alone[at]:.2f} bits a pixel at the usual "
            f"quality, of which the header is most; in one file with the others, "
            f"{found.curves[THIS]['bits'][at]:.2f}."
        )


def _verdict(title: str, table: dict[str, list[float]]) -> None:
    """Where the autoencoder is best, and where it is not."""
    own = table[title]
    beaten = []
    for at, bits in enumerate(RATES):
        others = {name: row[at] for name, row in table.items() if name != title}
        best = max(others, key=lambda name: np.nan_to_num(others[name], nan=-np.inf))
        if np.nan_to_num(others[best], nan=-np.inf) > np.nan_to_num(own[at], nan=-np.inf):
            beaten.append(f"{best} at {bits:g}")
    if beaten:
        st.warning(
            f"Not the best everywhere: {', '.join(beaten)} bits a pixel "
            f"{'are' if len(beaten) > 1 else 'is'} better.",
            icon=icons.WARNING,
        )
    else:
        st.success(
            f"At these sizes the {title.lower()} gives a higher PSNR than {PCA} and the image "
            "formats.",
            icon=icons.FINISHED,
        )
