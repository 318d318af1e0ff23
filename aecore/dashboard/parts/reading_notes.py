"""What could not be used of the user's own data, and what was noticed about the rest."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import escaped, many, plain
from aecore.data.images.uploads import Intake

MOST_REFUSALS = 5  # more of them are folded away


def show_refusals(intake: Intake) -> None:
    """Which files could not be used and why, and what was noticed about the others."""
    if intake.refusals:
        title = f"{many(len(intake.refusals), 'image')} could not be used"
        lines = "\n".join(f"- **{plain(r.name)}**: {escaped(r.reason)}" for r in intake.refusals)
        if len(intake.refusals) > MOST_REFUSALS:
            st.warning(f"{title}.", icon=icons.REFUSED)
            with st.expander("Details"), st.container(height=240, border=False):
                st.markdown(lines)
        else:
            st.warning(f"{title}:\n{lines}", icon=icons.REFUSED)
    if intake.notes:
        lines = "\n".join(f"- **{plain(name)}**: {escaped(note)}" for name, note in intake.notes)
        with st.expander(f"Notes on {many(len(intake.notes), 'image')}"):
            st.markdown(lines)


def show_notes(notes: tuple[str, ...]) -> None:
    """What was noticed about the data, a line each."""
    if notes:
        lines = "\n".join(f"- {escaped(note)}" for note in notes)
        with st.container(height=200 if len(notes) > 6 else "content", border=False):
            st.warning(lines, icon=icons.WARNING)
