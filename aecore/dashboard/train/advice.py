"""A warning in the Train form when the training has too few steps."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.form import fill_form
from aecore.data.datasets import source
from aecore.data.learnt import learnt_size
from aecore.training.experiment import Experiment
from aecore.training.steps import count_steps, suited


def few_steps(experiment: Experiment) -> None:
    """A sentence and a button, if there are few images and few steps."""
    data = source(experiment.dataset)
    images = learnt_size(experiment.dataset, data, experiment.normal)
    better = suited(experiment, images)
    if better is None:
        return
    steps, key = count_steps(experiment, images), experiment.autoencoder.key
    words, button = st.columns([3, 2], vertical_alignment="center")
    words.info(
        f"With so few images, this run has only {steps:,} "
        f"step{'' if steps == 1 else 's'}, too few to learn much.",
        icon=icons.FEW_STEPS,
    )
    button.button(
        "Use settings for small data sets",
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
    return ", and a linear code, since ReLU units would die" if changed else ""
