"""What Streamlit does not document: its private names stand here and nowhere else.

`tests/dashboard/test_streamlit_private.py` says so when Streamlit changes one of them.
"""

from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

__all__ = (
    "MemoryUploadedFileManager",  # where uploaded files are kept, to bound a visitor's total
    "UploadedFileRec",
    "address_of",
    "browser_session",
    "forget_upload",
    "page_shown",
    "went_back",
)


def went_back() -> bool:
    """Whether the browser went back or forward to here, so that the address says what to show."""
    context = get_script_run_ctx()
    return bool(context and context.is_history_navigation)


def browser_session() -> str:
    """The id of the browser's session; empty outside of one.

    `st.session_state` would do, but each look into it may end the script.
    """
    context = get_script_run_ctx()
    return context.session_id if context else ""


def page_shown() -> str:
    """What tells the page that is drawn from others; empty outside of one."""
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def forget_upload(file_id: str) -> None:
    """Frees what Streamlit keeps of an uploaded file until the browser's session ends."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


def address_of(content: bytes, place: str) -> str:
    """An address at which the browser fetches bytes, once for all visitors who see the same.

    Args:
        place: what tells the bytes from others on the page; later ones take its place.
    """
    if not exists():  # in a test without a server
        return ""
    return get_instance().media_file_mgr.add(content, "application/octet-stream", place)
