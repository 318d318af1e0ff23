"""An import whose dialog was closed: it continues, and the page reports its end."""

from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain, sentence_of
from aecore.dashboard.services import store
from aecore.dashboard.session import want_run, want_view
from aecore.models import AUTOENCODERS

OPEN = "importing"  # in the session: on the page of which type or application the dialog is open
BEGUN = "importing.begun"  # in the session: the running import, or one that has not been reported
POLL_SECONDS = 1.0


@dataclass
class Begun:
    """Runs an import, which continues when its dialog is closed.

    Closing starts another script at once; this one ends at its next access to the session.
    place: on the page of which type or application.
    """

    name: str
    place: str
    outcome: str | Exception | None = None


def import_notice() -> None:
    """Reports an import whose dialog was closed, and offers to show its model."""
    begun = st.session_state.get(BEGUN)
    if begun is not None and OPEN not in st.session_state:
        polling = begun.outcome is None
        fragment(_notice, begun, polling, run_every=POLL_SECONDS if polling else None)


def _notice(begun: Begun, polling: bool) -> None:
    if begun.outcome is None:
        st.info(f"Importing {plain(begun.name)}…", icon=icons.IMPORT)
        return
    if polling:
        st.rerun(scope="app")  # ends the polling
    words, show, close = st.columns([5, 2, 1], vertical_alignment="center")
    if isinstance(begun.outcome, Exception):
        told = sentence_of(begun.outcome)
        words.error(f"{plain(begun.name)} was not imported. {told}", icon=icons.FAILED)
    else:
        words.success(f"{plain(begun.name)} was imported.", icon=icons.IMPORT)
        if show.button("Show this model", key="importing.show", width="stretch"):
            del st.session_state[BEGUN]
            show_run(begun.outcome, begun.place)
    if close.button("Close", key="importing.close", width="stretch"):
        del st.session_state[BEGUN]
        st.rerun(scope="app")


def show_run(id: str, place: str) -> None:
    """Opens a run: on the page of its type, or on that of the application that imported it."""
    if place not in AUTOENCODERS:
        st.switch_page(f"pages/{place}.py", query_params={"run": id})
    key = store().get(id).key
    want_run(key, id)
    want_view("Reconstructions")
    st.switch_page(f"pages/{key}.py", query_params={"run": id})
