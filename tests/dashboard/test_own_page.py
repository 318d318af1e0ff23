"""The panel of the user's own images, through Streamlit's AppTest."""

import base64
import io
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.compute.answers import Rebuilt
from aecore.compute.calls import Calls
from aecore.dashboard.model.own.large import WORK
from aecore.dashboard.model.own.panel import scores_csv
from aecore.dashboard.parts.pad import COLOURS, GREYS, INK, paper_for, png_of
from aecore.dashboard.parts.sources import DRAWING, PHOTO, UPLOADS, WAY
from aecore.dashboard.parts.text import escaped, listed, many, plain
from aecore.dashboard.session import Remembered
from aecore.data.images import uploads
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped

ROOT = Path(__file__).parents[2]
ON_INK = f"{DRAWING}.1.{INK.ground}"


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """What the model was given: images and corruption; it answers with half of them."""
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("aecore.dashboard.frame.page.wake_workers", lambda: None)
    given = []

    def rebuild(self, model, images, corruption=("none", 0.0), seed=0):
        given.append((images, corruption))
        return Rebuilt(images, images / 2, np.square(images / 2).mean(axis=(1, 2, 3)))

    monkeypatch.setattr(Calls, "rebuild", rebuild)
    return given


def open_panel(name: str, address: dict[str, str] | None = None, **state) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.switch_page(f"pages/{name}.py")
    for key, value in {"view": "Your data", **(address or {})}.items():
        app.query_params[key] = value
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception and not app.error
    return app


def strips(app) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def picture(format: str = "PNG", ink: str = "white", ground: str = "black") -> bytes:
    image = Image.new("RGB", (120, 100), ground)
    ImageDraw.Draw(image).line([(30, 20), (60, 80), (90, 20)], ink, 9)
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def drawing(content: bytes) -> dict:
    return {"png": base64.b64encode(content).decode(), "strokes": []}


def test_an_empty_pad_says_what_to_do(seen):
    app = open_panel("linear")
    assert "Draw something" in app.info[0].value and "28 × 28 grey" in app.info[0].value
    assert seen == []


def test_a_kept_drawing_is_rebuilt_on_the_page_of_another_type(seen):
    for name in ("linear", "denoising"):
        app = open_panel(name, **{ON_INK: drawing(picture())})
        html = strips(app)
        for title in ("Prepared", "Reconstructed", "Difference"):
            assert f'alt="{title}"' in html
        assert ('alt="Corrupted"' in html) == (name == "denoising")
        assert any("of the test images" in words.value for words in app.markdown)
    (_, clean), (_, corrupted) = seen
    assert clean[0] == "none" and corrupted == ("gaussian", 0.5)


def test_the_same_picture_gives_the_same_array_on_every_way(seen):
    content = picture()
    open_panel("sparse", **{ON_INK: drawing(content)})
    open_panel("sparse", **{WAY: "camera", PHOTO: (("camera.png", content),)})
    app = open_panel("sparse", **{WAY: "upload"})
    app.file_uploader[0].set_value(("v.png", content, "image/png")).run()
    assert not app.exception
    (drawn, _), (photographed, _), (uploaded, _) = seen
    np.testing.assert_array_equal(drawn, photographed)
    np.testing.assert_array_equal(drawn, uploaded)
    assert drawn.shape == (1, 28, 28, 1) and drawn.max() > 0.9


def test_each_step_can_be_switched_off(seen):
    app = open_panel("sparse", **{ON_INK: drawing(picture(ink="black", ground="white"))})
    app.toggle(key="sparse.centre.True").set_value(False).run()
    app.toggle(key="sparse.crop.True").set_value(False).run()
    app.button_group(key="sparse.polarity.True").set_value("keep").run()
    assert not app.exception
    found = [images[0, :, :, 0] for images, _ in seen]
    assert len({image.tobytes() for image in found}) == 4
    assert found[0][0, 0] == 0 and found[-1][5, 0] == 1  # the paper stayed white


def test_one_reading_gives_an_image_and_its_steps(seen, monkeypatch):
    """Another image of several is opened alone, for its steps only."""
    opened = []

    def noting(files, *arguments, **words):
        opened.append([name for name, _ in files])
        return each_seen(files, *arguments, **words)

    each_seen = uploads.each_seen
    monkeypatch.setattr(uploads, "each_seen", noting)
    app = open_panel("linear", **{WAY: "upload", UPLOADS: (("v.png", picture()),)})
    for title in ("As uploaded", "Background made black", "Scaled and centred"):
        assert f'alt="{title}"' in strips(app)
    assert opened == [["v.png"]]
    two = (("v.png", picture()), ("w.png", picture(ink="black", ground="white")))
    app = open_panel("linear", **{WAY: "upload", UPLOADS: two})
    assert opened[1:] == [["v.png", "w.png"]] and 'alt="Inverted"' not in strips(app)
    app.selectbox(key="linear.steps.2").set_value(1).run()
    assert opened[2:] == [["w.png"]] and 'alt="Inverted"' in strips(app)


def test_files_that_cannot_be_used_are_named(seen):
    app = open_panel("linear", **{WAY: "upload"})
    bad = [(f"bad{i}.png", b"not an image", "image/png") for i in range(3)]
    app.file_uploader[0].set_value([("good.png", picture(), "image/png"), *bad]).run()
    assert app.warning[0].value.startswith("3 images could not be used")
    assert "bad1.png" in app.warning[0].value and len(seen[-1][0]) == 1
    many_bad = [(f"bad{i}.png", b"not an image", "image/png") for i in range(9)]
    app.file_uploader[0].set_value(many_bad).run()
    assert app.warning[0].value == "12 images could not be used."
    assert any("bad8.png" in words.value for words in app.expander[0].markdown)
    assert len(seen[-1][0]) == 1 and not app.exception


def slots_of(app) -> list[str]:
    """Where the session remembers what was made of files."""
    kept = app.session_state._state.filtered_state.items()
    return [
        slot for slot, each in kept if isinstance(each, Remembered) and "PNG" in repr(each.token)
    ]


def test_uploads_stay_until_they_are_removed(seen):
    app = open_panel("linear", **{WAY: "upload"})
    app.file_uploader[0].set_value(("v.png", picture(), "image/png")).run()
    app.file_uploader[0].set_value(("w.png", picture(), "image/png")).run()
    app.file_uploader[0].set_value([]).run()  # as when it is recreated in the browser
    assert any(words.value == "v.png, w.png" for words in app.caption)
    app.switch_page("pages/sparse.py")
    app.query_params["view"] = "Your data"
    app.run()
    assert len(seen) == 3 and 'alt="Prepared: w.png"' in strips(app)
    assert slots_of(app)
    next(b for b in app.button if b.key == "sparse.remove").click().run()
    assert "Upload images" in app.info[0].value and not app.exception
    assert not slots_of(app)  # nor does what was made of them take memory


def test_a_whole_picture_goes_through_in_tiles(seen):
    app = open_panel("linear", **{WAY: "upload", UPLOADS: (("v.png", picture()),)})
    app.button_group(key="linear.how").set_value("tiles").run()
    assert len(seen) == 1 and any("trained on MNIST" in words.value for words in app.caption)
    next(b for b in app.button if b.key == "linear.restore").click().run()
    work = app.session_state[WORK].value
    work.wait(20)
    app.run()
    assert not app.exception and not app.error
    assert [button.label for button in app.get("download_button")] == [
        "Download restored image, 120 × 100 (PNG)",
        "Download difference, 120 × 100 (PNG)",
    ]
    assert any("one every 21 × 21 pixels" in words.value for words in app.markdown)
    np.testing.assert_allclose(work.restored, work.image / 2, atol=1)
    tiles = len(seen)
    app.run()
    assert len(seen) == tiles  # the result is kept


def test_reruns_do_not_ask_the_model_again(seen):
    app = open_panel("linear", **{ON_INK: drawing(picture())})
    app.run()
    app.run()
    assert len(seen) == 1


def test_a_model_that_was_trained_further_is_given_the_drawing_again(seen, tmp_path):
    run = Run(RunStore(tmp_path / "runs").new_path("linear"))
    shutil.copytree(shipped("linear").path, run.path)
    app = open_panel("linear", {"run": run.id}, **{ON_INK: drawing(picture())})
    assert len(seen) == 1
    os.utime(run.model_path, ns=(1, 1))
    app.run()
    assert len(seen) == 2 and not app.exception


def test_the_table_is_safe_for_table_programs():
    text = scores_csv(("a.png", "=1+1", "b, c"), np.array([0.5, 0.25, 0.1]), np.array([1, 0.5, 0]))
    assert text.splitlines() == [
        "image,mse,test_below",
        "a.png,0.5,1.0000",
        "'=1+1,0.25,0.5000",
        '"b, c",0.1,0.0000',
    ]


def test_names_from_strangers_are_no_markup():
    assert plain("a/b-1 8×8.png") == "a/b-1 8×8.png"
    unescaped = re.sub(r"\\.", "", plain("<b>*_[x](y)`!|#$~:red[x] &lt;\n\x00"))
    assert not set("<>*_[]()`!|#$~:&\n\x00") & set(unescaped)
    for found in ("www.a.b", "https://a.b", "me@a.b", ":material/home:", "a->b", "a<-b", "a--b"):
        assert found not in escaped(found).replace("\\", "")  # Streamlit looks for these afterwards
    assert len(plain("x" * 500)) == 80
    assert many(1, "file") == "1 file" and many(2000, "file") == "2,000 files"
    assert listed(["A"]) == "A" and listed(["A", "B", "C"]) == "A, B and C"


def test_paper_suits_the_data():
    assert paper_for(1, ink=True) is INK and len(INK.colours) == 1
    assert paper_for(1, ink=False) is GREYS and paper_for(3, ink=False) is COLOURS
    assert len(COLOURS.colours) >= 6 and COLOURS.ground not in list(COLOURS.colours.values())[:1]


@pytest.mark.parametrize(
    "sent", [{}, {"png": None}, {"png": ""}, {"png": 3}, {"png": "no base 64!"}, {"strokes": []}]
)
def test_what_is_no_drawing_reads_as_nothing_drawn(sent):
    assert png_of(sent) is None
