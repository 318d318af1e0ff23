"""Part of a panel: selected samples as a data set and as CSV."""

import numpy as np
import streamlit as st

from aecore.dashboard.model.map_samples import Numbered
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls
from aecore.dashboard.session import Selection
from aecore.data.datasets import source
from aecore.data.names import LONGEST, shortened
from aecore.data.spreadsheet import as_csv
from aecore.runs.run import Run


def save_button(run: Run, chosen: Selection, unnamed: str) -> None:
    """A form that makes a data set of the selection, or of the data without it.

    Args:
        unnamed: the name of what has none.
    """
    samples = run.source.kind.samples
    with st.popover("Save as data set", icon=icons.CREATE), sentences():
        ways = {
            False: f"These {len(chosen.places):,} {samples}",
            True: f"The whole data set without these {samples}",
        }
        without = st.radio(
            "Content", ways, format_func=ways.__getitem__, key=f"{run.key}.subset.without"
        )
        named = "a selection" if chosen.name == unnamed else chosen.name
        usual = f"{run.source.title}, {'without ' if without else ''}{named}"
        title = st.text_input(
            "Name",
            shortened(usual, LONGEST),
            max_chars=LONGEST,
            key=f"{run.key}.subset.title.{run.id}.{without}.{named}",
        )
        if run.source.in_time and not without:
            st.caption(
                "Of overlapping windows only the first is kept; each becomes a short series."
            )
        elif run.source.in_time:
            st.caption("The steps of these windows are missing from the new data set.")
        if st.button("Save", icon=icons.DISK, type="primary", key=f"{run.key}.subset.save"):
            with st.spinner("Saving…"):
                places = np.array(chosen.places)
                key = calls().subset(run.dataset, places, title, without)
            made = source(key)
            st.success(
                f"Saved **{plain(made.title)}**: {plain(made.credit)}. Choose it under *Train*.",
                icon=icons.FINISHED,
            )


def csv_button(run: Run, known: Numbered, chosen: Selection) -> None:
    """A button that gives index, class, error and code of each sample."""

    def content() -> str:
        places = np.array(chosen.places)
        return selection_csv(run, known, places, calls().coded(run.path, places))

    st.download_button(
        "Download CSV",
        content,
        f"{run.id}-selection.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        key=f"{run.key}.subset.csv",
        on_click="ignore",
        help=f"Number, class, error and code of each {run.source.kind.sample}.",
    )


def selection_csv(run: Run, known: Numbered, places: np.ndarray, codes: np.ndarray) -> str:
    """Samples by their numbers (n,), with codes (n, latent_size), a line each."""
    header = [
        run.source.kind.sample,
        "class",
        "error",
        *(f"z{i + 1}" for i in range(codes.shape[1])),
    ]
    lines = [
        (
            int(place) + 1,
            run.source.classes[known.labels[place]],
            f"{known.errors[place]:.6g}",
            *(f"{value:.6g}" for value in code),
        )
        for place, code in zip(places, codes, strict=True)
    ]
    return as_csv(header, lines)
