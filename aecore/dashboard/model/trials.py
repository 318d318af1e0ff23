"""Suggested experiments: each sets the form and says what to look for."""

from dataclasses import dataclass, field

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.form import fill_form
from aecore.dashboard.parts.links import forget_link
from aecore.dashboard.session import want_view
from aecore.training.experiment import Experiment


@dataclass(frozen=True)
class Trial:
    """Settings that change a type's recipe, and what their training shows."""

    title: str
    look_for: str
    hyperparameters: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)


def trials_panel(key: str, trials: tuple[Trial, ...]) -> None:
    """One card per experiment."""
    st.markdown("#### Suggested experiments")
    for cell, trial in zip(st.columns(len(trials), gap="medium"), trials, strict=True):
        with cell.container(border=True, height="stretch"):
            st.markdown(f"**{trial.title}**")
            st.markdown(trial.look_for)
            st.button(
                "Use these settings",
                icon=icons.TRY,
                key=f"{key}.trial.{trial.title}",
                on_click=_set_up,
                args=(key, trial),
                help="Fills in the form under Train, where you can start it.",
            )


def _set_up(key: str, trial: Trial) -> None:
    fill_form(Experiment.of(key, trial.hyperparameters, **trial.settings))
    forget_link(key)
    want_view("Train")
