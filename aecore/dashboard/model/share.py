"""A link that shows what a type's page shows: tab, model, what its panels are set to, drawing.

A link may come from anywhere: each value is checked before a widget has it, a drawing is bounded,
drawn here, and read like any image of a stranger's.
"""

import base64
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from aecore.dashboard.model.reconstructions import WHICH
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.pad import sheet_for
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.sources import DRAWING, WAY
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import reader
from aecore.dashboard.session import Given, give_images
from aecore.data.corruption import CORRUPTIONS
from aecore.data.images.preparation import usual
from aecore.data.images.strokes import DrawingUnreadable, from_text, picture, to_text
from aecore.data.images.uploads import read_uploads
from aecore.data.limits import at_once
from aecore.runs.run import Run

OPEN = "sharing"  # in the session: of which run the dialog is open
DRAWN, SET = "drawing", "at."  # parameters: the drawing; what begins the name of each setting
MAPS = {"Plane": ("Plane", "t-SNE")}
MAPS |= dict.fromkeys(("t-SNE", "PCA 2-D"), ("t-SNE", "PCA 2-D", "PCA 3-D"))
KINDS = tuple(kind for kind in CORRUPTIONS if kind != "none")


def share_button(run: Run) -> None:
    """A button that shows the link to what is on the page."""
    words = "A link to this tab and model, with your settings and drawing."
    st.button(
        "Share",
        icon=icons.LINK,
        key=f"{run.key}.share",
        help=words,
        on_click=_open,
        args=(run,),
    )
    if st.session_state.get(OPEN) == run.id and not went_back():  # which alone does not close it
        _dialog(run)
    else:
        _close()


def _open(run: Run) -> None:
    st.session_state[OPEN] = run.id


def _close() -> None:
    st.session_state.pop(OPEN, None)


@st.dialog("Share this view", width="medium", icon=icons.LINK, on_dismiss=_close)
def _dialog(run: Run) -> None:
    parameters = {
        name: value
        for name, value in st.query_params.to_dict().items()
        if name != DRAWN and not name.startswith(SET)
    }
    parameters |= _settings(run)
    if drawing := _drawing(run):
        parameters[DRAWN] = drawing
    query = urlencode(parameters, safe=",")
    st.code(f"{st.context.url or ''}{'?' if query else ''}{query}", language=None, wrap_lines=True)
    drawn = ", with your drawing" if drawing else ""
    st.caption(
        f"Opens this tab with this model and these settings{drawn}. Models that you trained are "
        "available on this server only. Uploaded files and photos are not part of a link."
    )


def _settings(run: Run) -> dict[str, str]:
    """What the panels are set to, where it differs from their defaults."""
    found = {}
    for name, value in st.session_state.to_dict().items():
        short = str(name).removeprefix(f"{run.key}.")
        if short != name and isinstance(value, str | int | float):
            with_default = _allowed(short, run)
            if with_default is not None and value != with_default[1]:
                found[f"{SET}{short}"] = str(value)
    return found


def _drawing(run: Run) -> str:
    if not run.source.kind.bounded:  # nobody draws rows or windows
        return ""
    memory, paper, _ = sheet_for(run.source, DRAWING)
    strokes = (st.session_state.get(memory) or {}).get("strokes")
    return to_text(strokes, list(paper.colours.values())) if strokes else ""


def open_shared(run: Run) -> None:
    """Sets the panels to what the link says, before they are drawn: once, and after Back."""
    opened = f"{run.key}.link_opened"
    if st.session_state.get(opened) and not went_back():
        return
    st.session_state[opened] = True
    given = {n: text for n, text in st.query_params.to_dict().items() if n.startswith(SET)}
    given = {name.removeprefix(SET): text for name, text in given.items()}
    read = {f"{run.key}.{name}": _read(name, text, run) for name, text in given.items()}
    st.session_state.update({name: value for name, value in read.items() if value is not None})
    if DRAWN in st.query_params and run.source.kind.bounded:
        with sentences():
            _open_drawing(run, st.query_params[DRAWN])


def _open_drawing(run: Run, text: str) -> None:
    memory, paper, aspect = sheet_for(run.source, DRAWING)
    try:
        strokes = from_text(text, list(paper.colours.values()))
    except DrawingUnreadable:
        st.warning("The drawing in this link cannot be read.", icon=icons.LINK)
        return
    if not strokes:
        return
    png = picture(strokes, paper.ground, aspect)
    st.session_state[memory] = {"strokes": strokes, "png": base64.b64encode(png).decode()}
    st.session_state[WAY] = "draw"
    files, limits = (("drawing.png", png),), at_once(run.shape)
    read = read_uploads(files, run.shape, usual(run.source.ink), limits, reader())
    if len(read.images):
        give_images(run, Given(read.names, read.images, run.corruption))


def _read(name: str, text: str, run: Run) -> Any:
    """The value of a setting of a panel; None if there is no such setting, or not this value."""
    allowed = _allowed(name, run)
    if allowed is None:
        return None
    values, default = allowed
    if isinstance(default, float):
        try:
            number = float(text)
        except ValueError:
            return None
        return number if values[0] <= number <= values[1] else None
    return next((value for value in values if str(value) == text), None)


def _allowed(name: str, run: Run) -> tuple[Any, Any] | None:
    """The values that a setting of a panel may have, or its bounds, and its default."""
    for pattern, allowed in PANELS.items():
        if found := re.fullmatch(pattern, name, re.ASCII):
            return allowed(found, run)
    return None


def _which(found: re.Match, run: Run) -> tuple[Any, Any]:
    names = tuple(WHICH) if found[1] == "True" else tuple(n for n in WHICH if n != "first")
    return names, "first" if found[1] == "True" else "random"


def _class(found: re.Match, run: Run) -> tuple[Any, Any]:
    return tuple(range(min(int(found[1]), len(run.source.classes)))), None


def _kind(found: re.Match, run: Run) -> tuple[Any, Any]:
    return KINDS, run.corruption[0] if run.corruption[0] in KINDS else KINDS[0]


def _strength(found: re.Match, run: Run) -> tuple[Any, Any]:
    kind, (trained, strength) = CORRUPTIONS[found[1]], run.corruption
    least = kind.minimum if kind.whole else 0.0
    return (least, kind.maximum), float(strength if found[1] == trained else kind.default)


# name of a widget, without its type's key → its values or bounds, and its default
PANELS: dict[str, Callable[[re.Match, Run], tuple[Any, Any]]] = {
    r"which\.(True|False)": _which,
    r"class\.([0-9]{1,4})": _class,
    r"map\.(Plane|t-SNE|PCA 2-D)": lambda found, run: (MAPS[found[1]], found[1]),
    r"colour": lambda found, run: (("Class", "Error"), "Class"),
    r"threshold": lambda found, run: ((0.1, 20.0), 5.0),
    r"corrupt\.kind": _kind,
    rf"corrupt\.({'|'.join(KINDS)})": _strength,
}
