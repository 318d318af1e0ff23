"""A drawing pad of ours: a picture after every stroke.

What is drawn is kept in the session and handed back in, so that it outlives the widget.
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aecore.data.splits import Source

LONGEST = 3.0  # the pad: its longer side over the shorter one
HTML = """
<div class="pad">
  <div class="sheet" tabindex="0" role="application" aria-label="Draw with the keyboard"
    aria-describedby="pad-keys">
    <canvas role="img" aria-label="Drawing pad"></canvas>
    <div class="hint" aria-hidden="true">Draw here</div>
    <div class="pen" aria-hidden="true"></div>
  </div>
  <p class="unseen" id="pad-keys">Arrow keys move the pen, with Shift in small steps. Space lowers
  and lifts it.</p>
  <p class="unseen said" role="status"></p>
  <div class="bar colours" role="group" aria-label="Colour" hidden></div>
  <div class="bar">
    <button type="button" class="undo">Undo</button>
    <button type="button" class="clear">Clear</button>
    <label>Thickness <input type="range" min="3" max="18" value="9"></label>
  </div>
</div>
"""

_here = Path(__file__).parent
_pad = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "drawing_pad",
    html=HTML,
    css=(_here / "pad.css").read_text(encoding="utf-8"),
    js=(_here / "pad.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Paper:
    """What is drawn on, and with: a ground and named colours, the first one chosen, as in CSS."""

    ground: str
    colours: dict[str, str]


INK = Paper("#000000", {"White": "#ffffff"})
GREYS = Paper(
    "#000000",
    {
        "White": "#ffffff", "Light grey": "#c0c0c0", "Grey": "#808080",
        "Dark grey": "#404040", "Black": "#000000",
    },
)  # fmt: skip
COLOURS = Paper(
    "#ffffff",
    {
        "Black": "#000000", "Red": "#d62828", "Orange": "#f28c28", "Yellow": "#f4d03f",
        "Green": "#2e8b57", "Blue": "#2f6fd0", "Brown": "#8b5a2b", "White": "#ffffff",
    },
)  # fmt: skip


def paper_for(channels: int, ink: bool) -> Paper:
    """The paper that suits data of so many channels: white ink on black, greys, or colours."""
    if ink:
        return INK
    return GREYS if channels == 1 else COLOURS


def aspect_of(shape: tuple[int, ...]) -> float:
    """Width over height of the pad for images of a shape; not narrower than one to three."""
    height, width, _ = shape
    return round(min(LONGEST, max(1 / LONGEST, width / height)), 3)


def sheet_for(source: Source, memory: str) -> tuple[str, Paper, float]:
    """Where the session keeps a drawing for a data set, the paper, and its width over height.

    Args:
        memory: what the names of all such places begin with.
    """
    paper = paper_for(source.shape[-1], source.ink)
    aspect = aspect_of(source.shape)
    number = f"{len(paper.colours)}.{paper.ground}" + (f".{aspect}" if aspect != 1 else "")
    return f"{memory}.{number}", paper, aspect


def drawing_pad(key: str, memory: str, paper: Paper, aspect: float = 1.0) -> bytes | None:
    """Shows the pad and gives what is drawn, as PNG bytes; None while nothing is.

    Args:
        key: of the widget; another paper or aspect needs another one.
        memory: the name under which the session keeps the drawing.
        aspect: width over height.
    """

    def keep() -> None:
        st.session_state[memory] = st.session_state[key]["drawing"]

    kept = st.session_state.get(memory) or {}
    _pad(
        key=key,
        data={
            "strokes": kept.get("strokes", []),
            "ground": paper.ground,
            "aspect": aspect,
            "colours": [{"name": name, "value": value} for name, value in paper.colours.items()],
        },
        on_drawing_change=keep,
    )
    return png_of(kept)


def png_of(drawing: dict) -> bytes | None:
    """The PNG bytes of a drawing as the browser sent it; what is none reads as nothing drawn."""
    try:
        return base64.b64decode(drawing["png"], validate=True) or None
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
