"""Panel part: how the model at hand differs from the shipped one, in a line."""

import contextlib

import streamlit as st

from aecore.dashboard.parts.text import escaped
from aecore.runs.contrast import contrast
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import shipped
from aecore.runs.summary import summary


def against_shipped(run: Run) -> None:
    """Says it of a run that was trained here; nothing of what ships or was imported."""
    if run.shipped or run.origin is not None:
        return
    with contextlib.suppress(RunDamaged, OSError):
        words = contrast(summary(run), summary(shipped(run.key)))
        st.caption(f"Compared with the shipped model: {escaped(words)}")
