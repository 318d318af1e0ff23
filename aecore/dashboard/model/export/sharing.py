"""Who may see a run, where visitors log in."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import guarded
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import visitor
from aecore.runs.owner import owner, share
from aecore.runs.run import Run


def share_toggle(run: Run) -> None:
    """Lets its owner share a run; says whose it is to all others."""
    who, whose = visitor(), owner(run)
    if who is None or whose is None:
        return
    if whose.id != who.id:
        st.caption(f"{icons.PERSON} Shared by {plain(whose.name)}.")
        return
    key = f"{run.id}.shared"
    shared = st.toggle(
        "Share with everybody who can log in",
        whose.shared,
        key=key,
        on_change=guarded(lambda: share(run, st.session_state[key])),
        help="Others can view it and copy its settings; only you can change, stop or delete it.",
    )
    if shared:
        st.caption("Shared. The link to this model works for everybody who can log in.")
