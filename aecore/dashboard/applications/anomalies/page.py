"""The Anomalies page: a form for new detectors and a list of them, or one detector in detail."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from aecore.dashboard.applications.anomalies.guide import guide
from aecore.dashboard.applications.anomalies.judged import judgement_of
from aecore.dashboard.applications.anomalies.listing import detectors, open_trained, under_way
from aecore.dashboard.applications.anomalies.new_data import new_data
from aecore.dashboard.applications.anomalies.result import result
from aecore.dashboard.applications.anomalies.setup import PLACE, choose_data, set_up
from aecore.dashboard.applications.anomalies.takeaway import takeaway
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.into_view import TOP, place_to_scroll_to
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.tabs import tabbed
from aecore.dashboard.parts.text import escaped, plain
from aecore.dashboard.parts.undo import undo_notice
from aecore.dashboard.services import store
from aecore.dashboard.session import take_wanted_run
from aecore.detection.judgement import Judgement
from aecore.models import AUTOENCODERS
from aecore.runs.detectors import kept_detector
from aecore.runs.run import Run
from aecore.runs.store import NotFound

Watch = Callable[[str, list[Run]], None]
Import = Callable[[str], None]
Notice = Callable[[], None]


def anomalies_page(watch: Watch, import_button: Import, import_notice: Notice) -> None:
    """Shows the detector that the link names, or all.

    Args:
        watch: shows trainings under way, given whose widgets they are and the runs.
        import_button: opens the import of a file, given whose page shows it.
        import_notice: tells of an import whose dialog was closed.
    """
    with page("Anomalies"):
        if (wanted := take_wanted_run(PLACE)) is not None:
            st.query_params["run"] = wanted
        if (id := st.query_params.get("run")) is not None:
            try:
                run = store().get(id)
            except NotFound:
                st.query_params.pop("run")
                st.warning("The run in this link does not exist on this server.", icon=icons.LINK)
            else:
                _detector(run)
                return
        _overview(watch, import_button, import_notice)


def _overview(watch: Watch, import_button: Import, import_notice: Notice) -> None:
    heading, beside = st.columns([6, 1], vertical_alignment="bottom")
    heading.title(f"{icons.ANOMALIES} Anomalies")
    with beside:
        import_button(PLACE)
    st.markdown(
        "Learn what is normal, then find what is not: defects in images, odd rows of a table, "
        "unusual stretches of a time series. Every detector is measured beside ones that need no "
        "network."
    )
    with st.container():  # its place stays: or what is pressed below it now would be lost
        undo_notice(PLACE, "Can be undone for an hour.")
        import_notice()
    if (key := st.query_params.get("data")) is not None:  # from the page of data sets
        choose_data(key)
        st.query_params.pop("data")
    tabbed({"Detectors": lambda: _detectors(watch), "Guide": guide})


def _detectors(watch: Watch) -> None:
    place_to_scroll_to(TOP)
    with st.container():  # what trains comes and goes, and moves nothing below it
        watch(PLACE, under_way())
    fragment(set_up)
    open_trained()
    detectors()


def _detector(run: Run) -> None:
    heading, back = st.columns([6, 1], vertical_alignment="center")
    back.page_link("pages/anomalies.py", label="All detectors", icon=icons.ANOMALIES)
    heading.title(f"{icons.ANOMALIES} {plain(run.source.title)}")
    st.caption(f"{AUTOENCODERS[run.key].title} autoencoder · {escaped(run_label(run))}")
    tabbed(
        {
            "Result": partial(_judged, result, run),
            "New data": partial(_detecting, run),
            "Export": lambda: takeaway(run, judgement_of(run)),
            "Guide": guide,
        }
    )


def _judged(panel: Callable[[Run, Judgement], None], run: Run) -> None:
    if (judged := judgement_of(run)) is not None:
        panel(run, judged)


def _detecting(run: Run) -> None:
    """Judges new data, also by a detector that was imported without the data of its run."""
    detector = kept_detector(run)
    judged = judgement_of(run) if detector is None else None
    if detector is None and judged is not None:
        detector = judged.detector
    if detector is not None:
        new_data(run, detector)
