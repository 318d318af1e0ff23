"""Panel: bits per row or window against the error, beside PCA and CSV."""

import numpy as np
import streamlit as st

from aecore.compression.cell_curves import error_at
from aecore.compression.measures import PCA, THIS, Compression
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import many, plain, size
from aecore.figures.compression import rate_figure
from aecore.figures.numbers import significant
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run

SIZES = 4  # compared in the table


def drawn_cells(run: Run, found: Compression) -> None:
    """The curves on test data, a table at equal sizes, and what takes how many bits exactly."""
    kind, title = run.source.kind, f"{AUTOENCODERS[run.key].title} autoencoder"
    curves = {title: found.curves[THIS], PCA: found.curves[PCA]}
    st.markdown(f"##### {many(found.count, f'test {kind.sample}')} in one file")
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure = rate_figure(curves, "error", found.limit, kind.sample)
        chart(figure, f"{run.id}-rate-error")
    own = found.curves[THIS]["bits"]
    sizes = np.geomspace(max(own[0], found.curves[PCA]["bits"][0]), own[-1], SIZES)
    errors = {name: [error_at(each, bits) for bits in sizes] for name, each in curves.items()}
    with right:
        st.dataframe(
            {
                f"Bits per {kind.sample}": [f"{bits:.0f}" for bits in sizes],
                **{name: [significant(error) for error in row] for name, row in errors.items()},
            },
            hide_index=True,
            key=f"compression.cell table.{run.id}",
        )
        _verdict(title, sizes, errors[title], errors[PCA], kind.sample)
    formats = {name: each for name, each in found.curves.items() if name not in (THIS, PCA)}
    exact = ", ".join(f"{name} {each['bits'][0]:,.0f}" for name, each in formats.items())
    st.caption(
        f"The error is the mean squared error of prepared values; dotted: without quantising the "
        f"codes. All bytes are counted. PCA is quantised and coded in the same way. The same cells "
        f"without loss, in bits per {kind.sample}: {exact}. The file needs its decoder, "
        f"{size(found.decoder)} of weights and {size(found.codec)} for the codec."
    )


def _verdict(
    title: str, sizes: np.ndarray, own: list[float], pca: list[float], sample: str
) -> None:
    """Where the autoencoder is better than PCA, and where it is not."""
    beaten = [
        f"{bits:.0f}" for bits, mine, its in zip(sizes, own, pca, strict=True) if not mine < its
    ]
    if beaten:
        st.warning(
            f"{PCA} has the smaller error at {', '.join(beaten)} bits per {sample}.",
            icon=icons.WARNING,
        )
    else:
        st.success(
            f"At these sizes the {plain(title.lower())} has a smaller error than {PCA}.",
            icon=icons.FINISHED,
        )
