"""What the Train form says of a training that would be over before it has learnt anything."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.form import fill_form
from aecore.data.datasets import source
from aecore.training.experiment import Experiment
from aecore.training.steps import count_steps, suited


def few_steps(experiment: Experiment) -> None:
    """A sentence and a button, if the images are few and the steps, too."""
    images = source(experiment.dataset).training_size
    better = suited(experiment, images)
    if better is None:
        return
    steps, key = count_steps(experiment, images), experiment.autoencoder.key
    words, button = st.columns([3, 2], vertical_alignment="center")
    words.info(
        f"With so few images this training takes only {steps:,} "
        f"step{'' if steps == 1 else 's'}, which is too few to learn much.",
        icon=icons.FEW_STEPS,
    )
    button.button(
        "Settings for few images",
        icon=icons.SUIT,
        key=f"{key}.steps",
        width="stretch",
        help=f"Batches of {better.batch_size}, {better.epochs:,} epochs "
        f"({count_steps(better, images):,} steps) and a learning rate of "
        f"{better.learning_rate:g}{_code(experiment, better)}.",
        on_click=fill_form,
        args=(better,),
    )


def _code(experiment: Experiment, better: Experiment) -> str:
    changed = experiment.autoencoder != better.autoencoder
    return ", and a linear code, for units of ReLU would die" if changed else ""
