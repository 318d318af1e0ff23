"""What a visitor may upload together: Streamlit bounds a file, but neither their sum nor who sends.

Streamlit takes files by a request of their own, which any open web socket suffices for. Here only
sessions that were shown a page may send some, and no more than the limit at a time; what widgets no
longer hold is freed, and all of it when the session ends.
"""

from aecore.dashboard.private.streamlit import MemoryUploadedFileManager, UploadedFileRec
from aecore.data.limits import COLLECTION

MOST_BYTES = COLLECTION.total_bytes
MOST_FILES = COLLECTION.files

_admitted: set[str] = set()  # ids of sessions


def admit_uploads(session: str) -> None:
    """Lets a session upload, until it ends; called once its visitor is let in."""
    _admitted.add(session)


def bound_uploads() -> None:
    """Has Streamlit's store of uploaded files refuse what is too much; to call at any time."""
    if MemoryUploadedFileManager.add_file is not _add_file:
        MemoryUploadedFileManager.add_file = _add_file
        MemoryUploadedFileManager.remove_session_files = _remove_session_files


_add = MemoryUploadedFileManager.add_file
_remove = MemoryUploadedFileManager.remove_session_files


def _add_file(self, session_id: str, file: UploadedFileRec) -> None:
    from starlette.exceptions import HTTPException  # what Streamlit's server answers with

    if session_id not in _admitted:
        raise HTTPException(403, "Open a page of the dashboard first.")
    held = self.file_storage.get(session_id, {})
    together = sum(len(each.data) for each in list(held.values())) + len(file.data)
    if together > MOST_BYTES or len(held) >= MOST_FILES:
        raise HTTPException(413, "Too much is uploaded at once.")
    _add(self, session_id, file)


def _remove_session_files(self, session_id: str) -> None:
    _admitted.discard(session_id)
    _remove(self, session_id)
