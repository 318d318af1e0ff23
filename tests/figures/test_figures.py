"""Figures are drawn from numbers alone, and hold what they were given."""

import base64
import io
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from aecore.analysis.architecture import describe
from aecore.figures.colours import ACCENT, CLASSES, OWN
from aecore.figures.curves import loss_curves
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.gallery import gallery, rebuilt_rows
from aecore.figures.grid import (
    difference_map,
    differences,
    image_grid,
    picture_strip,
    png,
    thumbnail,
)
from aecore.figures.legends import legends
from aecore.figures.lines import bar_chart
from aecore.figures.maps import latent_scatter
from aecore.figures.network import network_drawing
from aecore.figures.numbers import portion, proportion, significant
from aecore.models import AUTOENCODERS

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_keeps_every_pixel(channels):
    image = RANDOM.integers(0, 256, (9, 13, channels), np.uint8)
    back = np.asarray(Image.open(io.BytesIO(png(image)))).reshape(image.shape)
    np.testing.assert_array_equal(back, image)


def test_a_grid_has_a_labelled_row_each():
    images = RANDOM.random((4, 5, 5, 1))
    html = image_grid([("Original", images), ("<b>", images)], ["a", "b", "c", "<script>"])
    urls = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert len(urls) == 8
    first = np.asarray(Image.open(io.BytesIO(base64.b64decode(urls[0]))))
    np.testing.assert_allclose(first / 255, images[0, :, :, 0], atol=1 / 255)
    assert "<b>" not in html and "<script>" not in html and 'alt="Original 1"' in html


def test_a_gallery_names_what_its_images_show_and_can_be_pressed():
    clean, outputs = RANDOM.random((2, 7, 5, 5, 1))
    names = [*"abcdef", "<script>"]
    html = gallery(rebuilt_rows(clean, outputs), names, names)
    urls = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert len(urls) == 3 * 7 and "<script>" not in html
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(urls[7 + 2]))))
    np.testing.assert_allclose(shown / 255, outputs[2, :, :, 0], atol=1 / 255)
    assert 'alt="Original: a"' in html and 'alt="Reconstructed: &lt;script&gt;"' in html
    assert html.count("<button") == 7 and html.count("Corrupted") == 0
    places = re.findall(r"--wide: (\d+ / \d+); --narrow: (\d+ / \d+)[\"]", html)
    for layout in zip(*places, strict=True):  # no two images at one place
        assert len(set(layout)) == 3 * 7 + 7
    with_inputs = gallery(rebuilt_rows(clean, outputs, clean), names, names)
    assert with_inputs.count("<img") == 4 * 7 and 'alt="Corrupted: a"' in with_inputs


def test_numbers_have_three_significant_digits():
    values = (7.4512, 391.94, 1140.2, 0.012345, 9.996, 0.0, 28.04, 99_999.6, 3.644e23, -2e-9)
    assert [significant(value) for value in values] == [
        "7.45", "392", "1,140", "0.0123", "10.0", "0", "28.0", "100,000", "3.64e+23", "-2.00e-09",
    ]  # fmt: skip
    assert [proportion(ratio) for ratio in (392.0, 24.5, 1.0, 0.5, 784 / 1024)] == [
        "392 : 1", "24.5 : 1", "1 : 1", "1 : 2", "1 : 1.31",
    ]  # fmt: skip
    assert [portion(share) for share in (0.124, 1.0, 1.37, 11.4)] == [
        "12%", "100%", "1.4 times", "11 times",
    ]  # fmt: skip


def test_a_strip_shows_pictures_of_any_size_beside_each_other():
    large, small = RANDOM.random((40, 900, 3)), RANDOM.random((28, 28, 1))
    html = picture_strip([("As <uploaded>", large), ("Seen", small)], 100, arrows=True)
    urls = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    sizes = [Image.open(io.BytesIO(base64.b64decode(url))).size for url in urls]
    assert sizes == [(200, 9), (28, 28)]
    assert html.count("→") == 1 and html.count("ae-crisp") == 1
    assert "<uploaded>" not in html and 'alt="Seen"' in html


def test_a_thumbnail_is_never_larger_and_keeps_its_channels():
    assert thumbnail(np.zeros((300, 200, 1)), 30).shape == (30, 20, 1)
    assert thumbnail(np.zeros((300, 200, 3), np.uint8), 30).shape == (30, 20, 3)
    assert thumbnail(np.zeros((9, 5, 3)), 30).shape == (9, 5, 3)


def test_the_difference_of_a_large_picture_is_the_same_in_parts():
    clean, outputs = RANDOM.random((2, 600, 7, 3))
    whole = differences(clean[None], outputs[None])[0]
    np.testing.assert_array_equal(difference_map(clean, outputs), whole)


def test_a_difference_tells_lost_from_new_ink():
    clean, outputs = np.zeros((1, 1, 3, 1)), np.zeros((1, 1, 3, 1))
    clean[0, 0, 0], outputs[0, 0, 1] = 1, 1
    lost, new, same = differences(clean, outputs)[0, 0].astype(int)
    assert lost[0] > lost[2] and new[2] > new[0] and same.max() == 0


def test_curves_show_every_term():
    history = {"epoch": np.arange(1, 4)}
    for name in ("loss", "kl", "val_loss", "val_kl"):
        history[name] = RANDOM.random(3)
    figure = loss_curves(history)
    assert [trace.y.tolist() for trace in figure.data] == [
        history[name].tolist() for name in ("loss", "val_loss", "kl", "val_kl")
    ]


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("by_error", [False, True])
def test_a_map_knows_who_its_points_are(dimensions, by_error):
    labels = np.repeat([0, 2], 5)
    figure = latent_scatter(
        RANDOM.random((10, dimensions)),
        labels,
        ("zero", "one", "two"),
        np.arange(10),
        ("x", "y", "z")[:dimensions],
        RANDOM.random(10) if by_error else None,
        RANDOM.random((2, dimensions)),
        ["mine.png", "other.png"],
    )
    ids = np.concatenate([np.atleast_1d(trace.customdata) for trace in figure.data])
    assert sorted(ids.tolist()) == [-1, -1, *range(10)]
    words = {
        int(i): t
        for trace in figure.data
        for i, t in zip(trace.customdata, trace.text, strict=True)
    }
    assert words[0] == "zero" and words[9] == "two"
    assert isinstance(figure.data[0], go.Scatter if dimensions == 2 else go.Scatter3d)
    assert figure.data[-1].marker.color == OWN and OWN not in CLASSES
    like = figure.layout.yaxis.scaleanchor if dimensions == 2 else figure.layout.scene.aspectmode
    assert like == ("x" if dimensions == 2 else "data")  # one unit is as long on each axis


def test_this_model_has_its_colour_wherever_it_stands():
    for names in (["PCA", "this model"], ["this model", "PCA"], ["as it is", "b", "this model"]):
        figure = bar_chart({name: [1.0] for name in names}, ["a"], "up")
        colours = {bar.name: bar.marker.color for bar in figure.data}
        assert colours["this model"] == ACCENT
        assert list(colours.values()).count(ACCENT) == 1


def test_intervals_are_seen_on_their_bars():
    figure = bar_chart({"a": [3.0, 4.0], "b": [1.0, 1.0]}, ["x", "y"], "up", halves=[0.5, 0.25])
    drawn = [bar for bar in figure.data if bar.error_y.array is not None]
    assert [bar.name for bar in drawn] == ["a", "a"]
    assert {bar.offsetgroup for bar in drawn} == {figure.data[0].offsetgroup}
    assert figure.data[0].marker.color not in {bar.error_y.color for bar in drawn}


def test_a_histogram_holds_every_error():
    errors = RANDOM.gamma(2, 0.01, 1000)
    figure = error_histogram(errors, float(np.quantile(errors, 0.9)), np.array([0.5]))
    assert sum(figure.data[0].y) == 1000
    assert len(figure.layout.shapes) == 2


def test_boxes_hold_the_quartiles():
    errors, labels = RANDOM.random(300), np.repeat([0, 1, 2], 100)
    figure = errors_by_class(errors, labels, ("a", "b", "c"), 0.5)
    assert [box.name for box in figure.data] == ["a", "b", "c"]
    assert figure.data[1].median[0] == pytest.approx(np.median(errors[100:200]))


def test_every_network_can_be_drawn(key):
    network = describe(AUTOENCODERS[key]().build((28, 28, 1)))
    figure = network_drawing(network)
    bars = next(trace for trace in figure.data if isinstance(trace, go.Bar))
    both = key == "variational"  # its mean and spread are one bar
    assert len(bars.x) == len(network.stages) + 1 - both
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert texts[0] == "28×28" and {"input", "code", "output"} <= set(texts)
    assert ("2 + 2" in texts) == both


def test_layers_of_one_size_after_another_are_not_taken_for_a_distribution():
    network = describe(AUTOENCODERS["deep"](encoder_layers=(8, 8), latent_size=8).build((9, 9, 1)))
    bars = next(trace for trace in network_drawing(network).data if isinstance(trace, go.Bar))
    assert len(bars.x) == len(network.stages) + 1


ALIKE = (
    "!",
    "(",
    "[",
    "<b>a</b>",
    "a",
    "x" * 99 + "1" + "y" * 99,
    "x" * 99 + "2" + "y" * 99,
    "1",
    "",
)


def test_every_class_has_a_box_of_its_own_whatever_it_is_called():
    labels = np.arange(90) % len(ALIKE)
    figure = errors_by_class(RANDOM.random(90).astype(np.float32), labels, ALIKE)
    places = [box.x[0] for box in figure.data]
    assert len(set(places)) == len(ALIKE) and figure.layout.xaxis.type == "category"
    assert max(map(len, places)) < 60 and places[3] == "&lt;b&gt;a&lt;/b&gt;"


def test_figures_show_names_and_no_markup():
    names = ["<a href='http://evil'>x</a>", "R&D", "a\u202eb", "two\nlines"]
    shown = ["&lt;a href='http://evil'&gt;x&lt;/a&gt;", "R&amp;D", "a‹U+202E›b", "two<br>lines"]
    assert legends(names) == shown
    assert list(bar_chart({"n": [1, 2, 3, 4]}, names, "up").data[0].x) == shown
