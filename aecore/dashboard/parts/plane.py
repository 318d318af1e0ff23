"""The latent plane, a component of ours: the decoder runs in the browser, under the mouse."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from aecore.analysis.portable import Portable
from aecore.data.splits import Source
from aecore.figures.colours import CLASSES, OWN
from aecore.figures.decoded import DECODED

HTML = """
<div class="plane">
  <div class="side">
    <div class="map">
      <canvas tabindex="0" role="application" aria-label="Latent plane: move with the arrow keys">
      </canvas>
      <div class="own"></div>
      <div class="cross" aria-hidden="true"></div>
    </div>
    <div class="bar" role="radiogroup" aria-label="Behind the cross">
      <label><input type="radio" name="behind" value="decoded" checked>
        <span class="decoded"></span></label>
      <select aria-label="Column that colours the plane" hidden></select>
      <label><input type="radio" name="behind" value="points"> <span class="codes"></span></label>
    </div>
  </div>
  <div class="side picture">
    <canvas role="img" aria-label="Decoded image"></canvas>
    <div class="values" hidden></div>
    <div class="words"><span class="where"></span></div>
    <div class="hint">Move the mouse, a finger or the arrow keys over the plane. The decoder runs
    in your browser; nothing is sent.</div>
  </div>
</div>
"""

SCRIPTS = ("plane.js", "plane_drawings.js", "units.js", "numbers.js")  # one after the other

_here = Path(__file__).parent
_plane = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "latent_plane",
    html=HTML,
    css=(_here / "plane.css").read_text(encoding="utf-8"),
    js="".join((_here / n).read_text(encoding="utf-8") for n in SCRIPTS),
)


def latent_plane(
    key: str,
    source: Source,
    decoder: Portable,
    numbers: tuple[int, int],
    codes: np.ndarray,
    labels: np.ndarray,
    reach: float,
    chosen: Sequence[int],
    own: np.ndarray | None = None,
) -> None:
    """Shows the plane of two numbers of the code, all others at 0.

    Args:
        key: of the widget.
        source: of the samples.
        decoder: to be run in the browser; it has steps.
        numbers: which two, across and up.
        codes (n, d), labels (n,): of test samples, for the backdrop.
        reach: the plane goes from minus this to this, each way.
        chosen: the columns or channels that are drawn; none of images.
        own (m, d): codes of the visitor's images; the plane opens at the first of them.
    """
    placed = codes[:, list(numbers)]
    yours = [] if own is None else own[:, list(numbers)].astype(float).round(3).tolist()
    points = [
        [round(float(u), 3), round(float(v), 3), CLASSES[int(label) % len(CLASSES)]]
        for (u, v), label in zip(placed, labels, strict=True)
    ]
    kind = source.kind
    _plane(
        key=key,
        data=decoder.to_bytes(
            own=yours,
            accent=OWN,
            latent=codes.shape[1],
            middle=[0.0] * codes.shape[1],
            numbers=list(numbers),
            range=[-reach, reach],
            start=yours[0] if yours else [0.0, 0.0],
            points=points,
            decoded=f"Decoded {kind.samples}" if source.table is None else "Decoded",
            codes=f"Codes of test {kind.samples}",
            **DECODED[kind.key](source, chosen),
        ),
    )
