"""An experiment as a plain Keras script: shown, and to download with what goes with it."""

import math

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.data.splits import Source
from aecore.exchange.script.cells import Cell, as_notebook, as_python
from aecore.exchange.script.data import data_file, file_name, needs_file
from aecore.exchange.script.writing import script_of
from aecore.training.experiment import Experiment

MOST_VALUES = 2**26  # of a data set whose file is made here: 256 MB while it is


def script_files(experiment: Experiment, source: Source, name: str, told: str = "") -> list[Cell]:
    """Buttons that download the script and the notebook, and the data where they need a file.

    Args:
        name: of the files, and of the buttons. told: what is known of a run of the experiment.

    Returns:
        The cells of the script.
    """
    cells = script_of(experiment, source, told)
    with st.container(horizontal=True):
        _download("Script", as_python(cells), f"{name}.py", "text/x-python")
        _download("Notebook", as_notebook(cells), f"{name}.ipynb", "application/x-ipynb+json")
        needed, dataset = needs_file(experiment.dataset), experiment.dataset
        small = source.training_size * math.prod(source.shape) <= MOST_VALUES
        if needed and small:
            _download(
                "Data", lambda: data_file(dataset), file_name(dataset), "application/octet-stream",
                key=f"{name}-data",
            )  # fmt: skip
    words = f"Both need the file {file_name(dataset)} beside them, which holds the data."
    if needed and not small:
        words += " It is too large for the browser: `python -m aecore script` writes it."
    if needed:
        st.caption(words)
    return cells


def code_button(experiment: Experiment | None, source: Source | None) -> None:
    """The script for settings as they stand now."""
    with st.popover("Code", icon=icons.CODE, disabled=experiment is None):
        if experiment is None or source is None:
            return
        st.caption(
            "These settings as a plain Keras script. It needs Keras, NumPy and Matplotlib, but "
            "not this program."
        )
        cells = script_files(experiment, source, experiment.autoencoder.key)
        st.code(as_python(cells), language="python", height=420)


def _download(label: str, data, name: str, mime: str, key: str = "") -> None:
    st.download_button(
        label, data, name, mime,
        key=f"script.{key or name}", icon=icons.DOWNLOAD, on_click="ignore", width="stretch",
    )  # fmt: skip
