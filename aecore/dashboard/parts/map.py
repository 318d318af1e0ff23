"""The map of codes, a component of ours: dots from afar, pictures when one comes near."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from aecore.dashboard.private.streamlit import address_of
from aecore.data.names import shortened, visible
from aecore.figures.atlas import with_length
from aecore.figures.colours import CLASSES, OWN, SCALE

LONGEST_NAME = 24  # characters of a class
HTML = """
<div class="codes">
  <div class="bar">
    <div role="radiogroup" aria-label="Dragging">
      <label><input type="radio" name="drag" value="pan" checked> Move</label>
      <label><input type="radio" name="drag" value="lasso"> Lasso</label>
    </div>
    <div><button type="button" class="out" aria-label="Zoom out">−</button>
      <button type="button" class="in" aria-label="Zoom in">+</button>
      <button type="button" class="whole">Reset</button></div>
    <select class="how" aria-label="Next selection" hidden>
      <option value="new">New selection</option>
      <option value="add">Add to selection</option>
      <option value="less">Remove from selection</option>
    </select>
    <label class="shaped"><input type="checkbox"> Shapes</label>
    <input type="search" placeholder="Class or number" aria-label="Find a class or a sample">
    <button type="button" class="all" title="Selects all samples that are not dimmed">Select all
    </button>
  </div>
  <div class="map">
    <canvas class="dots"></canvas>
    <canvas class="over" tabindex="0" role="application" aria-label="Map of the codes: arrow keys
      move it, plus and minus zoom, Enter selects what is in the middle"></canvas>
    <div class="told" hidden><canvas></canvas><div></div></div>
    <div class="message" role="status"></div>
  </div>
  <div class="legend" role="group" aria-label="Classes"></div>
  <canvas class="errors" tabindex="0" role="slider" aria-valuemin="0" aria-valuemax="59"
    aria-valuenow="0" aria-label="Distribution of errors: arrow keys move along it, Enter selects
    the samples of a bar"></canvas><span class="told-errors"></span>
</div>
"""

_here = Path(__file__).parent
SCRIPTS = (  # one after the other
    *("map.js", "map_card.js", "map_pictures.js", "map_paint.js", "map_pace.js"),
    *("map_colours.js", "map_above.js", "map_hand.js", "map_links.js", "numbers.js"),
)
_map = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "code_map",
    html=HTML,
    css=(_here / "map.css").read_text(encoding="utf-8"),
    js="".join((_here / name).read_text(encoding="utf-8") for name in SCRIPTS),
)


def code_map(
    key: str,
    packed: bytes,
    pictures: bytes,
    projection: str,
    colour: str,
    title: str,
    column: np.ndarray | None,
    selected: Sequence[int],
    turn: int,
    on_select: Callable[[list[int]], None],
    own: np.ndarray | None = None,
    own_names: Sequence[str] = (),
    named: bool = False,
) -> None:
    """Shows the map.

    Args:
        packed: by `pack`. pictures: of the same samples, by `atlas`. The browser fetches each
            once.
        projection: one that is packed. colour: "Class", "Error", or the name of a column.
        title: what the colour is called.
        column (n,): the values of the column.
        selected: which samples are, when the map is drawn first and whenever `turn` changes.
        on_select: is told which ones the visitor selects.
        own (m, 2): places of the visitor's samples, with a name each.
        named: whether each class is named in its middle.
    """
    _map(
        key=key,
        data={
            "url": address_of(packed, f"{key}.packed"),
            "pictures": address_of(pictures, f"{key}.pictures"),
            "column": ""
            if column is None
            else address_of(column.astype("<f4").tobytes(), f"{key}.column"),
            "projection": projection,
            "colour": colour,
            "title": visible(shortened(title, LONGEST_NAME)),
            "zero": colour == "Error",
            "selected": list(selected),
            "turn": turn,
            "own": [
                [round(float(x), 4), round(float(y), 4), visible(shortened(name, LONGEST_NAME))]
                for (x, y), name in zip([] if own is None else own, own_names, strict=True)
            ],
            "accent": OWN,
            "named": named,
        },
        on_selected_change=lambda: on_select(claimed(key)),
    )


def claimed(key: str) -> list[int]:
    """Which samples the browser says are selected on a map, whatever else it sends."""
    state = st.session_state.get(key) or {}
    return [id for id in state.get("selected") or () if type(id) is int and id >= 0]


def pack(
    projections: dict[str, np.ndarray],
    errors: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    error: str,
) -> bytes:
    """Where a map shows its samples and in which colours, as map.js reads it.

    It is a JSON text after its length, then arrays.

    Args:
        projections: name → places (n, 2).
        errors, labels (n,): of which the labels are indices into `classes`.
        error: what the error is called.
    """
    words = {
        "count": len(labels),
        "projections": list(projections),
        "classes": [visible(shortened(name, LONGEST_NAME)) for name in classes],
        "colours": CLASSES,
        "scale": SCALE,
        "error": error,
    }
    numbers = [*projections.values(), errors]
    return b"".join(
        (
            with_length(json.dumps(words)),  # float32 must begin at a multiple of four
            *(np.ascontiguousarray(part, "<f4").tobytes() for part in numbers),
            np.asarray(labels, "<u2").tobytes(),
        )
    )
