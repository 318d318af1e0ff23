"""The experiment behind a run as a Keras script or notebook."""

import streamlit as st

from aecore.dashboard.parts.script import script_files
from aecore.exchange.script.telling import told_of
from aecore.runs.run import Run


def script(run: Run) -> None:
    """The downloads; an imported model has no experiment."""
    st.markdown("##### Keras script")
    if run.experiment is None:
        st.caption("Not available: the model was not trained here.")
        return
    st.caption(
        "The whole experiment in plain Keras: it loads the data, builds and trains the network, "
        "measures it on the test data and draws reconstructions. It needs Keras, NumPy and "
        "Matplotlib, but not this program."
    )
    script_files(run.experiment, run.source, run.id, told_of(run))
