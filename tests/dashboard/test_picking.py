"""The images that a panel offers to look at closely."""

from types import SimpleNamespace

import numpy as np
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.data.kinds import IMAGES


def two_pickers(run, report):
    import streamlit as st

    from aecore.dashboard.parts.picking import pick_sample

    st.session_state["picked"] = [
        pick_sample(run, report, "from"),
        pick_sample(run, report, "to", usual=-1),
    ]


def test_images_of_one_class_are_all_offered():
    run = SimpleNamespace(
        key="linear", id="some", source=SimpleNamespace(classes=("a", "image"), kind=IMAGES)
    )
    report = SimpleNamespace(
        pick=lambda which: np.arange(3),
        labels=np.array([1, 0, 1]),
        shown=np.arange(3),
        starts=np.zeros(0, np.int64),
        kind=IMAGES,
        clean=np.arange(3, dtype=np.uint8).reshape(3, 1, 1, 1),
    )
    app = AppTest.from_function(two_pickers, args=(run, report), default_timeout=PATIENCE).run()
    assert not app.exception
    names = ["Test image: image", "Test image: a", "Test image: image (2)"]
    assert [box.options for box in app.selectbox] == [names, names]
    assert [round(float(image.max()) * 255) for image in app.session_state["picked"]] == [0, 2]
