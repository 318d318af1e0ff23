"""Lists to choose from: Streamlit tells entries by their words, so no two may read the same."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.dashboard.parts.labels import dataset_labels
from aecore.data.own import put_aside
from aecore.data.subset import subset


@pytest.fixture
def twins(tmp_path) -> tuple[str, str]:
    """Two data sets of one title."""
    first, second = (subset("digits", np.arange(n, n + 60), "Mine") for n in (0, 60))
    return first, second


def form():
    import streamlit as st

    from aecore.dashboard.parts.form import choose_dataset, experiment_form

    if wanted := st.session_state.pop("wanted", None):
        choose_dataset("undercomplete", wanted)
    found, _ = experiment_form("undercomplete")
    st.session_state["found"] = found


def files():
    import streamlit as st

    from aecore.dashboard.parts.uploads import one_of

    of = (("data.csv", b"January"), ("data.csv", b"February"), ("x.csv", b"x"))
    st.session_state["chosen"] = one_of(of, "k")[1]


def opened(function, **state) -> AppTest:
    app = AppTest.from_function(function, default_timeout=PATIENCE)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def test_of_two_data_sets_of_one_title_each_can_be_trained_on(twins):
    labels = dataset_labels(twins)
    assert len(set(labels.values())) == 2 and all("Mine (8 × 8 grey)" in a for a in labels.values())
    for wanted, other in (twins, reversed(twins)):
        app = opened(form, wanted=wanted)
        assert app.session_state["found"].dataset == wanted
        app.number_input(key="undercomplete.set.seed").set_value(7).run()  # sends all widgets
        assert app.session_state["found"].dataset == wanted
        chooser = app.selectbox(key="undercomplete.set.dataset")
        chooser.select(other).run()
        assert app.session_state["found"].dataset == other


def test_of_two_files_of_one_name_each_can_be_chosen():
    app = opened(files)
    for place, content in enumerate((b"January", b"February", b"x")):
        app.selectbox[0].select_index(place).run()
        assert app.session_state["chosen"] == content


def test_a_form_whose_data_set_was_deleted_says_so_and_suits_the_usual_one():
    table = subset("penguins", np.arange(60), "Mine")
    app = opened(form, wanted=table)
    assert app.session_state["found"].dataset == table
    put_aside(table)
    app.run()
    assert "no longer exists" in app.warning[0].value and not app.error and not app.exception
    usual = opened(form).session_state["found"]
    assert app.session_state["found"] == usual
    images = subset("digits", np.arange(60), "Mine")
    app = opened(form, wanted=images)
    app.number_input(key="undercomplete.set.epochs").set_value(7).run()
    put_aside(images)
    app.run()
    assert app.session_state["found"].epochs == 7 and app.session_state["found"].dataset == "mnist"
