"""Part of a panel: how the map of codes formed while the model was trained."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.film import show_film
from aecore.runs.film import Film
from aecore.runs.run import Run

OVER_TIME = "Over time"  # among the projections


def over_time(run: Run) -> None:
    """The codes of validation samples at moments of the training, to play and scrub."""
    film, kind = Film.from_arrays(run.previews()), run.source.kind
    if film is None or not len(film.labels) or len(film) < 2:
        why = "it was imported, or trained by an earlier version. Any"
        if run.shipped:
            why = "it ships without them. Train one under *Train*: any"
        st.info(
            f"No codes were kept while this model was trained: {why} model that you train from "
            "now on keeps them, and this map shows how they formed.",
            icon=icons.EMPTY,
        )
        return
    status = run.status()
    show_film(f"{run.key}.formed.{run.id}", film, {}, run.source, status.epochs, False, alone=True)
    st.caption(
        f"Codes of {len(film.labels):,} validation {kind.samples} at {len(film)} moments, along "
        f"their first two principal components. The other maps show test {kind.samples}. Each "
        "moment is turned to fit the one before (Procrustes), so that points move, but the map "
        "does not spin. Scales are equalised."
    )
