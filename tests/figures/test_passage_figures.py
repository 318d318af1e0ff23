"""One image on its way, and small pictures of examples."""

import base64
import re

import numpy as np
import pytest

from aecore.analysis.passage import Passage
from aecore.figures.cards import code_map, error_bars
from aecore.figures.passage import HIGH, LINE, tile, way

BLACK, WHITE = np.zeros((4, 4, 1), np.uint8), np.full((4, 4, 1), 255, np.uint8)


@pytest.fixture
def passage() -> Passage:
    code = np.array([0.0, 1.0, 2.0, 4.0], np.float32)
    return Passage(
        BLACK, {"denoising": WHITE}, {"linear": BLACK, "denoising": WHITE},
        {"linear": 5.0, "denoising": 20.0}, code,
    )  # fmt: skip


def bars(html: str) -> list[tuple[float, float]]:
    """Top and height of each bar of the code."""
    drawing = base64.b64decode(re.search('svg[+]xml;base64,([^"]+)', html)[1]).decode()
    found = re.findall(r'y="([\d.]+)" width="\d+" height="([\d.]+)"', drawing)
    return [(float(top), float(height)) for top, height in found]


def test_the_way_names_the_digit_and_has_a_bar_for_each_number(passage):
    html = way(passage, "linear", "Digit 7", reach=4.0)
    assert 'alt="Digit 7"' in html and 'alt="Digit 7, reconstructed"' in html
    found = [height for _, height in bars(html)]
    assert found == pytest.approx([LINE, 24.8, 49.6, 99.2])  # zero is a line
    assert "16 pixels" in html and "4 numbers" in html and "error 5.0" in html


def test_bars_of_a_code_with_both_signs_begin_in_the_middle(passage):
    both = Passage(BLACK, {}, passage.outputs, passage.errors, np.array([-4.0, 4.0]))
    assert bars(way(both, "linear", "x", 4)) == [(50, 50), (0, 50)]


def test_a_code_without_a_negative_number_stands_on_the_bottom_whatever_rounding_does(passage):
    rounded = Passage(BLACK, {}, passage.outputs, passage.errors, np.array([-1e-6, 0.0, 4.0]))
    assert bars(way(rounded, "linear", "x", 4))[2] == (0, pytest.approx(HIGH - LINE))


def test_errors_are_bars_on_one_scale(passage):
    heights = [
        float(re.search(r"calc\(([\d.]+) \*", tile(passage, key, "T", "Digit 7"))[1])
        for key in ("linear", "denoising")
    ]
    assert heights == [0.25, 1.0]


def test_a_tile_shows_what_a_model_was_given_if_that_was_not_the_image(passage):
    assert tile(passage, "linear", "Linear", "Digit 7").count("<img") == 1
    noisy = tile(passage, "denoising", "Denoising", "Digit 7")
    assert noisy.count("<img") == 2 and 'alt="Digit 7, with noise"' in noisy


def test_what_strangers_call_their_files_is_shown_as_it_is(passage):
    for html in (way(passage, "linear", '<b>"x"', 4), tile(passage, "linear", "T", '<b>"x"')):
        assert "<b>&" not in html and "&lt;b&gt;&quot;x&quot;" in html


def test_a_perfect_reconstruction_has_no_bar():
    whole = Passage(BLACK, {}, {"a": BLACK, "b": BLACK}, {"a": 0.0, "b": 0.0}, np.zeros(3))
    assert "calc(0.000" in tile(whole, "a", "A", "Digit 0")
    assert bars(way(whole, "a", "Digit 0", 0.0)) == [(HIGH - LINE, LINE)] * 3


def test_example_pictures_say_what_they_show():
    html = error_bars({2: 44.3, 32: 7.45})
    assert 'aria-label="Error by latent size: 44 at 2, 7.5 at 32"' in html
    codes = np.random.default_rng(0).normal(size=(50, 2))
    html = code_map(codes, np.zeros((50, 4, 4, 1), np.uint8), "By code")
    assert html.count("<img") == 1 and 'alt="By code"' in html
