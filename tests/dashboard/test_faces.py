"""Every type has a face: a small drawing of its idea."""

import base64
import re
from xml.etree import ElementTree

import pytest

from aecore.dashboard.parts.faces import FACES, face
from aecore.models import AUTOENCODERS

SVG = "{http://www.w3.org/2000/svg}"
DRAWN_WITH = {f"{SVG}{name}" for name in ("svg", "title", "g", "path", "circle", "ellipse")}


def test_every_type_has_a_face_and_no_face_lacks_its_type():
    assert {path.name for path in FACES.iterdir()} == {f"{key}.svg" for key in AUTOENCODERS}


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_a_face_is_a_small_drawing_that_runs_and_loads_nothing(key):
    text = (FACES / f"{key}.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < 4000
    drawing = ElementTree.fromstring(text)
    assert {element.tag for element in drawing.iter()} <= DRAWN_WITH
    assert drawing.get("viewBox") == "0 0 48 48" and drawing.findtext(f"{SVG}title")
    for element in drawing.iter():
        for name, value in element.attrib.items():
            assert not re.search("href|style|^on", name) and "url(" not in value


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_faces_are_of_one_hand(key):
    """One weight of line, the colour of the text, and one accent."""
    drawing = ElementTree.fromstring((FACES / f"{key}.svg").read_text(encoding="utf-8"))
    assert drawing.get("stroke") == "currentColor" and drawing.get("stroke-width") == "2.5"
    colours = {element.get(name) for element in drawing.iter() for name in ("stroke", "fill")}
    assert colours - {None, "none", "currentColor"} == {"#3d7edb"}


@pytest.mark.parametrize("side", [24, 96])
def test_a_face_is_shown_in_any_size_beside_the_title_that_names_it(side):
    shown = ElementTree.fromstring(face("sparse", side).replace('alt="">', 'alt=""/>'))
    assert shown.get("width") == shown.get("height") == str(side) and shown.get("alt") == ""
    drawing = base64.b64decode(shown.get("src").partition("base64,")[2])
    assert drawing == (FACES / "sparse.svg").read_bytes()
