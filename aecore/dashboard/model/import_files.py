"""The files of the import dialog: as one, and freed once the dialog is closed."""

from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.private.streamlit import forget_upload

STORED = "importing.stored"  # in the session: their ids in Streamlit's store


@dataclass(frozen=True)
class Chosen:
    """Files that were uploaded."""

    given: list

    @property
    def id(self) -> str:
        """Another one whenever other files are chosen."""
        return "+".join(file.file_id for file in self.given)

    @property
    def name(self) -> str:
        """The name of the file, or of both."""
        return " + ".join(file.name for file in self.given)

    def files(self) -> list[tuple[str, bytes]]:
        """Names and contents."""
        return [(file.name, file.getvalue()) for file in self.given]


def note_files(given: list) -> None:
    """Notes files that the dialog's widgets hold."""
    known = st.session_state.get(STORED, frozenset())
    st.session_state[STORED] = known | {file.file_id for file in given}


def free_files() -> None:
    """Frees the noted files, which Streamlit would count until the tab is closed."""
    for file_id in st.session_state.pop(STORED, ()):
        forget_upload(file_id)
