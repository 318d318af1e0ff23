"""Panel part: files that could be deleted to free disk space."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import many, size
from aecore.dashboard.services import store
from aecore.dashboard.session import deletions, note
from aecore.models import AUTOENCODERS
from aecore.runs.space import drop_checkpoints, drop_trash, drop_unfinished, space
from aecore.runs.summary import Summary


def disk_space(everything: list[Summary]) -> None:
    """Lists what can be freed and what is lost with it, and frees the selected parts."""
    found = space(everything, store())
    parts = {
        "checkpoints": (
            found.checkpoint_bytes,
            f"Checkpoints of {many(len(found.ended), 'finished run')}",
            "Models and figures are kept, but training cannot be continued.",
        ),
        "left": (
            found.left_bytes,
            f"{many(len(found.left), 'interrupted or failed run')}",
            "They have no model. They are deleted permanently; this cannot be undone.",
        ),
        "trash": (
            found.trash,
            "Runs deleted in the last hour",
            "They can no longer be restored, including runs deleted by others.",
        ),
    }
    total = sum(taken for taken, _, _ in parts.values())
    if not total:
        return
    deleted = f", {size(found.trash)} of it in deleted runs" if found.trash else ""
    title = f"Free disk space: {size(total)} can be freed{deleted}"
    with st.expander(title, icon=icons.FREE, key="runs.space"):
        ticked = [name for name, part in parts.items() if part[0] and _tick(name, *part)]
        wanted = sum(parts[name][0] for name in ticked)
        words = f"Free {size(wanted)}" if ticked else "Free selected"
        if st.button(words, icon=icons.FREE, key="runs.free", disabled=not ticked):
            freed = 0
            if "checkpoints" in ticked:
                freed += drop_checkpoints(found.ended)
            if "left" in ticked:
                freed += drop_unfinished(found.left, store())
            if "trash" in ticked:
                freed += drop_trash(store())
                for place in ("runs", "anomalies", *AUTOENCODERS):
                    deletions(place).clear()
            for name in parts:
                st.session_state.pop(f"runs.free.{name}", None)
            note(f"{size(freed)} freed.")
            st.rerun()


def _tick(name: str, taken: int, title: str, lost: str) -> bool:
    words = f"**{title}:** {size(taken)}. {lost}"
    return st.checkbox(words, key=f"runs.free.{name}")
