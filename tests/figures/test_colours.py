"""Colours of runs: stable, distinct for colour-blind eyes, shared by no two that are shown."""

import itertools

import numpy as np
import pytest

from aecore.figures.colours import ACCENT, RUNS, run_colours

# Machado, Oliveira & Fernandes 2009, full severity, on linear RGB
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
RGB_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)


def linear(colour: str) -> np.ndarray:
    """Linear RGB (3,) of '#rrggbb'."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB (3,) of linear RGB (3,)."""
    xyz = RGB_TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_of_runs_are_told_apart_by_colour_blind_eyes(sight):
    seen = [lab(SIGHT[sight] @ linear(colour)) for colour in (ACCENT, *RUNS)]
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen[1:], 2)]
    assert min(apart) > 15  # 2.3 can just be noticed
    assert min(np.linalg.norm(seen[0] - other) for other in seen[1:]) > 5


def test_a_run_keeps_its_colour_whichever_order_it_is_shown_in():
    ids = [f"deep-2026-{number}" for number in range(6)]
    colours = run_colours(ids)
    assert colours == run_colours(ids[::-1])
    assert len(set(colours.values())) == 6 and set(colours.values()) == set(RUNS)
    for id in ids:
        assert run_colours([id])[id] in RUNS
    alone = {id: run_colours([id])[id] for id in ids}
    assert any(colours[id] == alone[id] for id in ids)


def test_the_model_of_the_page_has_a_colour_of_its_own():
    colours = run_colours(["a", "b", "this"], this="this")
    assert colours["this"] == ACCENT and ACCENT not in (colours["a"], colours["b"])


def test_more_runs_than_colours_share_them():
    colours = run_colours([str(number) for number in range(20)])
    assert len(colours) == 20 and set(colours.values()) == set(RUNS)
