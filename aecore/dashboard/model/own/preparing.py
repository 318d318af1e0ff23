"""How an image is prepared for a model: a switch for each step, and the result of each."""

import streamlit as st

from aecore.dashboard.parts.labels import FIT_WORDS, POLARITY_WORDS
from aecore.dashboard.parts.sources import Files
from aecore.dashboard.parts.whole_pictures import fewest
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting, remembered
from aecore.data.corruption import CORRUPTIONS
from aecore.data.images.preparation import Preparation, usual
from aecore.data.images.uploads import Intake, Steps, steps_of
from aecore.data.names import told_apart, visible
from aecore.figures.grid import picture_strip
from aecore.runs.run import Run


def choose_preparation(run: Run) -> Preparation:
    """The steps that are switched on, at first those that suit the model's data."""
    key, ink = run.key, run.source.ink
    normal = usual(ink)
    # a row that breaks where the window is narrow
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    polarity = row.segmented_control(
        "Polarity",
        POLARITY_WORDS,
        default=normal.polarity,
        required=True,
        format_func=POLARITY_WORDS.__getitem__,
        **lasting(f"{key}.polarity.{ink}"),
        help="MNIST digits are light strokes on black; dark ink on paper is inverted.",
    )
    crop = row.toggle(
        "Crop to the ink",
        normal.crop,
        **lasting(f"{key}.crop.{ink}"),
        help="Removes the empty background around the strokes and makes it black.",
    )
    centre = row.toggle(
        "Centre the ink",
        normal.centre,
        **lasting(f"{key}.centre.{ink}"),
        help="As in MNIST: the ink fills 20 of 28 pixels, with its centre of mass in the middle.",
    )
    fit = row.segmented_control(
        "Aspect ratio",
        FIT_WORDS,
        default=normal.fit,
        required=True,
        format_func=FIT_WORDS.__getitem__,
        **lasting(f"{key}.fit.{ink}"),
        disabled=centre,
        help="For images whose aspect ratio differs from the model's. Fit adds bars, fill crops "
        "the overflow, stretch distorts.",
    )
    return Preparation(polarity, crop, centre, fit)


def choose_corruption(run: Run) -> tuple[str, float]:
    """Whether the images are corrupted as in training; (kind, strength)."""
    kind, strength = run.corruption
    if kind == "none":
        return "none", 0.0
    wanted = st.toggle(
        f"Corrupt first ({CORRUPTIONS[kind].title.lower()}, {strength:g}), as in training",
        True,
        **lasting(f"{run.key}.own.corrupt"),
        help="The test images were corrupted, too, before their errors were measured. Off: your "
        "images are used as they are.",
    )
    return (kind, strength) if wanted else ("none", 0.0)


def show_steps(run: Run, files: Files, intake: Intake, preparation: Preparation) -> None:
    """What each step makes of one of the images."""
    names, number = intake.names, 0
    if len(names) > 1:
        number = st.selectbox(
            "Image",
            range(len(names)),
            format_func=told_apart(map(visible, names)).__getitem__,
            key=f"{run.key}.steps.{len(names)}",
        )
    levels = run.source.levels
    token = (files, number, run.shape, preparation, levels)

    def steps() -> Steps:
        if number == 0:
            return intake.steps  # of the reading that gave the images
        place = fewest(files, names[number], number)
        return steps_of(*place, run.shape, preparation, reader(), levels)

    strip = remembered("own.strip", token, lambda: picture_strip(steps(), 132, arrows=True))
    st.html(strip)
