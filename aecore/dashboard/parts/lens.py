"""A lens, a component of ours: wipes reconstructions to their originals, and enlarges them.

It serves all grids of `figures.gallery` on a page, in the browser alone. What is asked of the
server is only to show a sample on the map of codes.
"""

from pathlib import Path

import streamlit as st

from aecore.dashboard.session import want_sample, want_view

HTML = """
<dialog class="lens" aria-labelledby="title">
  <div class="bar">
    <h2 id="title"></h2>
    <button type="button" class="shown">Show on the map</button>
    <button type="button" class="back">Previous</button>
    <button type="button" class="on">Next</button>
    <button type="button" class="close">Close</button>
  </div>
  <div class="views">
    <figure class="original"><canvas role="img"></canvas><figcaption></figcaption></figure>
    <figure class="input"><canvas role="img"></canvas><figcaption></figcaption></figure>
    <figure class="rebuilt">
      <div class="stack">
        <canvas role="img"></canvas><canvas class="over" aria-hidden="true"></canvas>
      </div>
      <figcaption></figcaption>
      <label><span class="first"></span><input type="range" min="0" max="100" value="0"></label>
    </figure>
    <figure class="difference">
      <canvas role="img"></canvas>
      <figcaption>Difference, scaled to its largest value</figcaption>
      <div class="ramp" aria-hidden="true"></div>
      <div class="ends"><span class="missing"></span><span class="added"></span></div>
    </figure>
  </div>
</dialog>
"""

_here = Path(__file__).parent
_lens = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "lens",
    html=HTML,
    css=(_here / "lens.css").read_text(encoding="utf-8"),
    js=(_here / "lens.js").read_text(encoding="utf-8"),
)


def lens() -> None:
    """Lets every reconstruction on the page be wiped, enlarged, and shown on the map of codes."""
    _lens(key="lens", on_mapped_change=_show_on_map)


def _show_on_map() -> None:
    number = (st.session_state.get("lens") or {}).get("mapped")
    if type(number) is int and number >= 0:  # whatever else a browser sends
        want_sample(number)
        want_view("Latent space")
