"""The store of uploaded files refuses strangers and what is too much, and frees the rest."""

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from aecore.dashboard.frame import upload_limit
from aecore.dashboard.frame.upload_limit import admit_uploads, bound_uploads


@pytest.fixture
def uploads(monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_BYTES", 100)
    monkeypatch.setattr(upload_limit, "MOST_FILES", 3)
    bound_uploads()
    bound_uploads()  # every page asks for it
    return MemoryUploadedFileManager("/uploads")


def send(uploads, session: str, id: str, count: int) -> None:
    uploads.add_file(session, UploadedFileRec(id, f"{id}.png", "image/png", bytes(count)))


def held(uploads, session: str) -> list[str]:
    return [file.file_id for file in uploads.get_files(session, ["a", "b", "c", "d"])]


def test_who_was_shown_no_page_can_send_nothing(uploads):
    with pytest.raises(HTTPException) as refused:
        send(uploads, "stranger", "a", 1)
    assert refused.value.status_code == 403 and held(uploads, "stranger") == []


@pytest.mark.parametrize("sizes", [(60, 41), (0, 0, 0, 0)], ids=["bytes", "files"])
def test_a_visitors_total_is_bounded_and_freed(uploads, sizes):
    admit_uploads("ada")
    *fit, last = zip("abcd", sizes, strict=False)
    for id, count in fit:
        send(uploads, "ada", id, count)
    with pytest.raises(HTTPException) as refused:
        send(uploads, "ada", *last)
    assert refused.value.status_code == 413 and len(held(uploads, "ada")) == len(fit)
    admit_uploads("bob")
    send(uploads, "bob", "a", 90)  # nobody else's total
    uploads.remove_file("ada", "a")  # a widget that is gone makes room
    send(uploads, "ada", *last)
    uploads.remove_session_files("ada")
    assert held(uploads, "ada") == [] and held(uploads, "bob") == ["a"]
    with pytest.raises(HTTPException):  # the session has ended
        send(uploads, "ada", "a", 1)
