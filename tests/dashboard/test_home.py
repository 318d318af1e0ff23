"""Home through Streamlit's AppTest: the digit on its way, and what the examples open."""

import base64
import io
import re

import numpy as np
import pytest
from opening import ROOT, button, html, open_page, words
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.compute.answers import Rebuilt
from aecore.compute.calls import Calls
from aecore.dashboard.parts.pad import INK
from aecore.dashboard.parts.sources import DRAWING, UPLOADS, WAY
from aecore.models import AUTOENCODERS

ON_INK = f"{DRAWING}.1.{INK.ground}"


@pytest.fixture
def asked(monkeypatch):
    """What workers were asked for; they answer with half of each image."""
    given = []

    def rebuild_each(self, models, images, corruptions, coded):
        given.append((models, images, corruptions, coded))
        half = Rebuilt(images, images / 2, np.full(len(images), 0.01))
        return [half] * len(models), np.ones((len(images), 32), np.float32)

    monkeypatch.setattr(Calls, "rebuild_each", rebuild_each)
    return given


def picture() -> bytes:
    image = Image.new("L", (120, 100))
    ImageDraw.Draw(image).line([(30, 20), (60, 80), (90, 20)], 255, 9)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def open_home(**state) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def drawing() -> dict:
    return {"png": base64.b64encode(picture()).decode(), "strokes": []}


def test_home_opens_with_a_digit_on_its_way_and_asks_no_worker(asked):
    app = open_page("app")
    assert not app.exception and not app.error and not app.warning and asked == []
    shown = html(app)
    assert shown.count('class="ae-tile"') == shown.count('class="ae-face"') == len(AUTOENCODERS)
    assert 'alt="Digit 2, reconstructed: Variational"' in shown
    assert "**Digit 2**" in words(app)


def test_home_shows_all_nine_on_ten_digits():
    app = open_page("app")
    alts = re.findall(r'alt="(Digit \d, reconstructed: [A-Z][a-z]+)"', html(app))
    titles = [kind.title for kind in AUTOENCODERS.values()]
    expected = {f"Digit {digit}, reconstructed: {title}" for title in titles for digit in range(10)}
    assert set(alts) == expected and len(alts) == 9 * 10 + 9
    assert not re.search(r'alt="(Image ?\d*|\d+)"', html(app))


def test_a_test_image_is_chosen_with_one_click(asked):
    app = open_page("app")
    app.button(key="home.digit.7").click().run()
    assert "**Digit 7**" in words(app) and asked == []
    tiles = re.findall('class="ae-tile"><img src="[^"]+" alt="([^"]+)"', html(app))
    assert len(tiles) == 9 and all(alt.startswith("Digit 7") for alt in tiles)


def test_a_drawing_goes_through_all_nine_in_one_call(asked):
    app = open_home(**{ON_INK: drawing()})
    assert not app.exception and not app.error
    ((models, images, corruptions, coded),) = asked
    assert len(models) == 9 and images.shape == (1, 28, 28, 1) and images.max() > 0.5
    assert coded.parent.name == "undercomplete"
    assert sorted({kind for kind, _ in corruptions}) == ["gaussian", "none"]
    assert "**Your drawing**" in words(app) and html(app).count("<b>7.8</b>") == 9
    app.button(key="home.digit.3").click().run()
    assert "**Digit 3**" in words(app) and len(asked) == 1
    app.session_state[ON_INK] = {"png": None, "strokes": []}  # cleared
    app.run()
    assert "**Digit 3**" in words(app)


def test_of_uploads_the_first_that_can_be_used_is_shown_and_its_name_escaped(asked):
    files = (("torn.png", b"nothing"), ("*a*<b>.png", picture()))
    app = open_home(**{WAY: "upload", UPLOADS: files})
    assert r"**\*a\*\<b\>.png**" in words(app) and "&lt;b&gt;.png" in html(app)
    assert len(asked) == 1 and not app.warning
    app = open_home(**{WAY: "upload", UPLOADS: files[:1]})
    assert "torn.png" in app.warning[0].value and "**Digit 2**" in words(app)


def test_without_workers_home_says_so_and_shows_a_test_image():
    app = open_home(**{ON_INK: drawing()})
    assert "no workers" in app.error[0].value and "**Digit 2**" in words(app)
    assert html(app).count('class="ae-tile"') == 9 and not app.exception


@pytest.mark.parametrize(
    ("title", "page", "view", "run"),
    [
        ("Remove noise", "Denoising", "Restoration", "denoising"),
        ("Enlarge images", "Denoising", "Restoration", "denoising-super-resolution"),
        ("Compare latent sizes", "Undercomplete", "Bottleneck", "undercomplete"),
    ],
)
def test_an_example_opens_a_page_with_everything_in_place(title, page, view, run):
    app = open_page("app")
    button(app, f"home.example.{title}").click().run()
    assert not app.exception and app.title[0].value == page
    assert app.session_state["view"] == view
    assert app.selectbox(key=f"{page.lower()}.run").value == run


def test_an_example_opens_a_detector_that_ships_with_its_verdict():
    app = open_page("app")
    button(app, "home.example.Detect anomalies").click().run()
    assert not app.exception and not app.error
    assert app.title[0].value.endswith("Breast cancer, Wisconsin")
    assert app.query_params["run"] == "undercomplete-breast-cancer"
    assert "ROC AUC" in "".join(each.value for each in (*app.success, *app.info, *app.warning))


def test_an_example_opens_the_data_page():
    app = open_page("app")
    button(app, "home.example.Train on your own images").click().run()
    assert not app.exception and app.title[0].value.endswith("Data")
