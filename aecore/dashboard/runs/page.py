"""The page of all runs: find, inspect, compare and manage them."""

import streamlit as st

from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import many, size
from aecore.dashboard.parts.undo import undo_notice
from aecore.dashboard.runs.actions import run_actions
from aecore.dashboard.runs.comparing import comparison
from aecore.dashboard.runs.disk_space import disk_space
from aecore.dashboard.runs.filters import filtered, run_filters
from aecore.dashboard.runs.table import chosen_among, run_table
from aecore.dashboard.services import store
from aecore.models import AUTOENCODERS
from aecore.runs.status import ACTIVE
from aecore.runs.summary import Summary, summaries

POLL_SECONDS = 2.0


def runs_page() -> None:
    """Shows all runs of the store."""
    with page("Runs"):
        st.title(f"{icons.RUNS} Runs")
        everything = summaries(store())
        with st.container():  # its place stays: or what is clicked below it now would be lost
            undo_notice("runs", "Can be undone for an hour.")
        if not everything:
            _empty()
            disk_space(everything)
            return
        _heading(everything)
        run_filters(everything)
        active = any(each.state in ACTIVE for each in everything)
        st.session_state["runs.whole"] = True
        fragment(_table, active, run_every=POLL_SECONDS if active else None)
        ids = dict(st.session_state.get("runs.chosen", ()))
        chosen = [each for each in everything if each.id in ids]
        if run_actions(chosen):
            comparison(chosen)
        st.divider()
        disk_space(everything)


def _empty() -> None:
    st.info(
        "No runs yet. Open a type of autoencoder and train one under *Train*, or import a "
        "model or a run file with *Import…* at the top of its page. All runs are listed here.",
        icon=icons.EMPTY,
    )
    st.page_link(
        "pages/undercomplete.py",
        label=f"Train your first model: {AUTOENCODERS['undercomplete'].title}",
        icon=icons.START,
        query_params={"view": "Train"},
    )


def _heading(everything: list[Summary]) -> None:
    under_way = sum(each.state in ACTIVE for each in everything)
    parts = [many(len(everything), "run"), size(sum(each.size for each in everything))]
    if under_way:
        parts.append(f"{under_way} running or queued")
    st.markdown(
        "All trained and imported models: "
        + " · ".join(parts)
        + ". Select rows at the left of the table to open, rename, compare, export or delete them."
    )


def _table(polling: bool) -> None:
    """The table, which reruns on its own; what stands below it belongs to the chosen runs."""
    whole = st.session_state.pop("runs.whole", False)  # the page is drawn: the rest comes anyway
    everything = summaries(store())
    shown = filtered(everything)
    chosen = chosen_among(shown)
    states = tuple((each.id, each.state) for each in chosen)
    changed = states != st.session_state.get("runs.chosen", ())
    st.session_state["runs.chosen"] = states
    ended = polling and not any(each.state in ACTIVE for each in everything)
    if (changed or ended) and not whole:
        st.rerun(scope="app")  # before the table: a browser would forget the ticks of a first one
    if not shown:
        st.info("No run matches the search and filters.", icon=icons.SEARCH)
    run_table(shown, chosen, whole)
