"""Parts of the page: trainings under way, the detectors so far, and runs trained elsewhere."""

import contextlib

import streamlit as st

from aecore.dashboard.applications.anomalies.setup import PLACE
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import labels_with_types, run_label
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import escaped, plain
from aecore.dashboard.services import runs_that_are, store
from aecore.dashboard.session import watched_ids
from aecore.data.kinds import kind_of
from aecore.models import AUTOENCODERS
from aecore.runs.detectors import judgement_path
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ACTIVE
from aecore.runs.store import NotFound, shipped, shipped_variants

SHOWN = 20  # detectors
ENDED = ("finished", "stopped", "diverged", "paused")


def under_way() -> list[Run]:
    """What this visitor started here, the last first, and all that learns some classes alone."""
    found: dict[str, Run] = {}
    for id in reversed(watched_ids(PLACE)):
        with contextlib.suppress(NotFound):
            found[id] = store().get(id)
    for run in runs_that_are(*ACTIVE):
        with contextlib.suppress(RunDamaged):
            if run.experiment is not None and run.experiment.normal:
                found.setdefault(run.id, run)
    return list(found.values())


def _shipped() -> list[Run]:
    return [run for key in AUTOENCODERS for run in (shipped(key), *shipped_variants(key))]


def detectors() -> None:
    """The runs that were judged as detectors, newest first."""
    every = (*store().runs(), *_shipped())
    found = [run for run in every if judgement_path(run).exists()]
    if not found:
        return
    st.markdown("#### Detectors so far")
    for run in found[:SHOWN]:
        with st.container(border=True), sentences():
            words, action = st.columns([6, 1], vertical_alignment="center")
            kind = AUTOENCODERS[run.key]
            with words:
                st.markdown(f"**{plain(run.source.title)}** · {kind.icon} {kind.title}")
                st.caption(escaped(run_label(run)))
            action.page_link(
                "pages/anomalies.py",
                label="Open",
                icon=icons.ANOMALIES,
                query_params={"run": run.id},
            )


def open_trained() -> None:
    """Offers any trained run as a detector: those from here first, then those that ship."""
    runs = [run for run in (*store().runs(), *_shipped()) if run.usable]
    by_id = {run.id: run for run in runs}
    labels = labels_with_types(runs)
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    id = left.selectbox(
        "Or open a trained run",
        list(by_id),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a run" if by_id else "No runs yet",
        disabled=not by_id,
        key="anomalies.trained",
    )
    if id is not None:
        kind = kind_of(by_id[id].shape)
        right.page_link(
            "pages/anomalies.py",
            label=f"Judge {kind.samples}",
            icon=icons.ANOMALIES,
            query_params={"run": id},
        )
