"""A widget to choose a run of any type: a shipped one, or one of the user's."""

from collections.abc import Iterable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import labels_with_types
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import store
from aecore.dashboard.session import lasting, take_wanted_run
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import shipped, shipped_variants


def every_run() -> list[Run]:
    """The visitor's runs, then those that ship."""
    came = [run for key in AUTOENCODERS for run in (shipped(key), *shipped_variants(key))]
    return [*store().runs(), *came]


def choose_any_run(
    place: str,
    usual: str,
    offered: Iterable[Run] | None = None,
    told: str = "Any model that ships or that you trained.",
) -> Run | None:
    """The run at hand; None if there is none.

    The choice stands in the address as `run`, except for the usual one.

    Args:
        place: what the key of the widget begins with. usual: the id of a shipped run.
        offered: in this order; by default every run. told: what these are, for the help.
    """
    runs = {run.id: run for run in (every_run() if offered is None else offered) if run.usable}
    if not runs:
        st.info("There is no trained model yet.", icon=icons.EMPTY)
        return None
    first = usual if usual in runs else next(iter(runs))
    widget = f"{place}.model at hand"
    wanted = take_wanted_run(place)
    if wanted is None and (went_back() or widget not in st.session_state):
        wanted = st.query_params.get("run", first)
    if wanted is not None and wanted not in runs:
        st.warning("The run in this link does not exist on this server.", icon=icons.LINK)
        wanted = first
    if wanted is not None:
        st.session_state[widget] = wanted
    elif st.session_state[widget] not in runs:  # deleted since
        st.session_state[widget] = first
    labels = labels_with_types(runs.values())
    id = st.selectbox(
        "Model",
        list(runs),
        format_func=labels.__getitem__,
        **lasting(widget),
        help=told,
    )
    if id == first:
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = id
    return runs[id]
