"""Panel part: the size of a data set's images, from a list, by number, or like the images."""

import math

import streamlit as st

from aecore.compute.memory import memory_limit
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import many
from aecore.dashboard.parts.text import size as in_bytes
from aecore.dashboard.services import workers
from aecore.dashboard.session import lasting
from aecore.data.arrays import describe_shape
from aecore.data.collection import training_size
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE
from aecore.training.needs import data_needs

WORTH_TELLING = 100e6  # bytes of a set on disk
PRESETS = (28, 32, 64, 96, 128)
OTHER = "other"
KEYS = SIZE, HEIGHT, WIDTH = "data.size", "data.height", "data.width"


def choose_size(place, busy: bool) -> tuple[int, int]:
    """Widgets for the size; the (height, width) that was chosen, which may be out of range."""
    for key, usual in zip(KEYS, (32, 64, 64), strict=True):
        st.session_state.setdefault(key, usual)
    with place:
        size = st.selectbox(
            "Size in pixels", (*PRESETS, OTHER), **lasting(SIZE), disabled=busy,
            format_func=lambda side: "Other size" if side == OTHER else f"{side} × {side}",
            help="Every image is resized to this. Larger images show more and take longer to "
            "train on.",
        )  # fmt: skip
        if size != OTHER:
            return size, size
        left, right = st.columns(2)
        # without bounds: a browser would show what is beyond them, and keep the number before
        words = {"step": 1, "disabled": busy, "help": f"{LEAST_SIDE} to {LARGEST_SIDE} pixels."}
        return (
            left.number_input("Height", **lasting(HEIGHT), **words),
            right.number_input("Width", **lasting(WIDTH), **words),
        )


def suggest_size(suggested: tuple[int, int], chosen: tuple[int, int], busy: bool) -> None:
    """Offers the size that suits the images, unless it is chosen already."""
    if suggested == chosen:
        return
    height, width = suggested
    st.button(
        f"Use {height} × {width}, which suits these images", icon=icons.SIZE, type="tertiary",
        key="data.suggested", on_click=_take, args=(suggested,), disabled=busy,
        help="Their own size if all are small and alike, otherwise one with their proportions.",
    )  # fmt: skip


def tell_needs(count: int, shape: tuple[int, ...]) -> None:
    """What so many images take on disk and in training, if it is much; a warning if too much."""
    disk = count * math.prod(shape)
    memory = data_needs(training_size(count), shape).memory
    words = (
        f"{many(count, 'image')} of {describe_shape(shape)}: {in_bytes(disk)} on disk; training on "
        f"them takes {memory / 1e9:.1f} GB of memory and more."
    )
    if workers().address is None and memory > (limit := memory_limit()):
        st.warning(
            f"{words} Only {limit / 1e9:.1f} GB is available here: choose a smaller size or "
            "upload fewer images.",
            icon=icons.MEMORY,
        )
    elif disk > WORTH_TELLING:
        st.caption(words)


def _take(size: tuple[int, int]) -> None:
    height, width = size
    if height == width and height in PRESETS:
        st.session_state[SIZE] = height
    else:
        st.session_state.update(zip(KEYS, (OTHER, height, width), strict=True))
