"""The face of a type: a small drawing of its idea, a file beside the registry of types."""

from functools import cache
from pathlib import Path

import streamlit as st

from aecore import models
from aecore.figures.grid import svg_url
from aecore.models import AUTOENCODERS

FACES = Path(models.__file__).with_name("faces")
TITLE_SIDE = 40  # CSS pixels


@cache
def face(key: str, side: int) -> str:
    """The drawing as an HTML image of a size in CSS pixels.

    It has no alternative in words: the title of the type always stands beside it.
    """
    drawing = (FACES / f"{key}.svg").read_text(encoding="utf-8")
    size = f'width="{side}" height="{side}"'
    return f'<img class="ae-face" src="{svg_url(drawing)}" {size} alt="">'


def faced_title(key: str) -> None:
    """The title of a type's page, its face before it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(face(key, TITLE_SIDE), width="content")
        st.title(AUTOENCODERS[key].title)
