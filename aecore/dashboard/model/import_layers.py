"""Panel part: the layers of a model that is imported, and where it is cut in two."""

import streamlit as st

from aecore.data.names import visible
from aecore.exchange.keras_file.anatomy import Anatomy


def show_layers(anatomy: Anatomy, at: int) -> None:
    """A table of the layers, with the code layer marked."""
    count = len(anatomy.layers)
    parts = ["encoder"] * at + ["code"] + ["decoder"] * (count - at - 1)
    st.dataframe(
        {
            "part": parts,
            "layer": [layer.name for layer in anatomy.layers],
            "kind": [layer.kind for layer in anatomy.layers],
            "output": [sizes(layer.shape) for layer in anatomy.layers],
            "parameters": [layer.parameters for layer in anatomy.layers],
        },
        hide_index=True,
        height=min(35 * (count + 1) + 3, 458),
    )


def cut_title(anatomy: Anatomy, cut: int) -> str:
    """What a layer is called in the list of those that can be the code."""
    layer = anatomy.layers[cut]
    size = anatomy.code_sizes[anatomy.cuts.index(cut)]
    proposed = " (proposed)" if cut == anatomy.bottleneck else ""
    return visible(f"{layer.name} · {layer.kind} · {size:,} numbers{proposed}")


def sizes(shape: tuple[int | None, ...]) -> str:
    """A shape in words: '28 × 28 × 1'."""
    return " × ".join("any" if side is None else f"{side:,}" for side in shape)
