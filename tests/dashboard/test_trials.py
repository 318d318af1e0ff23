"""Experiments to try: each button fills the form with what the card names."""

import runpy
from pathlib import Path

import pytest
from opening import open_page
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.dashboard.model.trials import Trial
from aecore.dashboard.session import VIEW
from aecore.models import AUTOENCODERS
from aecore.training.experiment import Experiment

PAGES = Path(__file__).parents[2] / "pages"


def trials_of(key: str, monkeypatch) -> tuple[Trial, ...]:
    """What a page hands to the frame, without the frame."""
    given = []

    def frame(key, about, trials=(), own=None, train=None):
        given.extend(trials)

    with monkeypatch.context() as patch:
        patch.setattr("aecore.dashboard.model.type_page.type_page", frame)
        runpy.run_path(str(PAGES / f"{key}.py"), run_name="__main__")
    return tuple(given)


def cards_and_form():
    """The two parts of a page that a trial's button joins."""
    import streamlit as st

    from aecore.dashboard.model.trials import trials_panel
    from aecore.dashboard.parts.form import experiment_form
    from aecore.dashboard.session import take_wanted_view

    take_wanted_view(("Guide", "Train"))
    key = st.session_state["of"]
    trials_panel(key, st.session_state["trials"])
    st.session_state["made"] = experiment_form(key)


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_each_trial_sets_the_form(key, monkeypatch):
    trials = trials_of(key, monkeypatch)
    assert 2 <= len(trials) <= 3
    app = AppTest.from_function(cards_and_form, default_timeout=PATIENCE)
    app.session_state["of"], app.session_state["trials"] = key, trials
    app.run()
    assert app.session_state["made"] == (Experiment.of(key), [])
    for trial in trials:
        wanted = Experiment.of(key, trial.hyperparameters, **trial.settings)
        assert wanted != Experiment.of(key)
        app.session_state[f"{key}.problems"] = ["Epochs must be a whole number."]  # of a link
        app.button(key=f"{key}.trial.{trial.title}").click().run()
        assert f"{key}.problems" not in app.session_state
        assert not app.exception
        assert app.session_state["made"] == (wanted, []), trial.title
        assert app.session_state[VIEW] == "Train"


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_each_page_opens_with_its_trials(key, monkeypatch):
    app = open_page(key, view="Guide")
    assert not app.exception and not app.error
    shown = {b.key for b in app.button if ".trial." in (b.key or "")}
    assert shown == {f"{key}.trial.{t.title}" for t in trials_of(key, monkeypatch)}


def only_the_form():
    import streamlit as st

    from aecore.dashboard.parts.form import experiment_form

    st.session_state["made"] = experiment_form("linear")


def test_the_form_asks_which_classes_are_learnt_where_there_are_some():
    app = AppTest.from_function(only_the_form, default_timeout=PATIENCE)
    app.session_state["linear.set.dataset"] = "breast_cancer"
    app.run()
    app.multiselect(key="linear.set.normal").select(1).run()
    assert not app.exception and app.session_state["made"][0].normal == (1,)
    app.selectbox(key="linear.set.dataset").select("seattle_weather").run()
    assert not app.exception and not app.multiselect
    assert app.session_state["made"][0].normal == ()
