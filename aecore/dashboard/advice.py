"""What the Train form says of a training that would be over before it has learnt anything."""

import streamlit as st

from aecore.dashboard.form import fill_form
from aecore.data.datasets import source
from aecore.training.experiment import Experiment
from aecore.training.steps import count_steps, enough_steps


def few_steps(experiment: Experiment) -> None:
    """A sentence and a button, if the images are few and the steps, too."""
    images = source(experiment.dataset).training_size
    better = enough_steps(experiment, images)
    if better is None:
        return
    steps, key = count_steps(experiment, images), experiment.autoencoder.key
    words, button = st.columns([3, 2], vertical_alignment="center")
    words.info(
        f"With so few images this training takes only {steps:,} "
        f"step{'' if steps == 1 else 's'}, which is too few to learn much.",
        icon="👣",
    )
    button.button(
        f"Batches of {better.batch_size}, {better.epochs:,} epochs",
        icon="🪄",
        key=f"{key}.steps",
        width="stretch",
        help=f"Sets batch size and epochs to what suits so few images: "
        f"{count_steps(better, images):,} steps.",
        on_click=fill_form,
        args=(better,),
    )
