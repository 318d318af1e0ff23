"""Streamlit's private names still mean what is expected of them."""

import inspect

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.dashboard.parts import uploads
from aecore.dashboard.private.streamlit import browser_session, page_shown, went_back


def test_outside_of_a_page_nothing_is_known():
    assert get_script_run_ctx() is None
    assert (went_back(), browser_session(), page_shown()) == (False, "", "")


def test_a_page_knows_its_session_and_whether_the_browser_went_back():
    def page():
        import streamlit as st

        from aecore.dashboard.private.streamlit import browser_session, page_shown, went_back

        st.write([went_back(), bool(browser_session()), isinstance(page_shown(), str)])

    app = AppTest.from_function(page).run()
    assert app.json[0].value == "[false, true, true]" and not app.exception
    fields = inspect.signature(ScriptRunContext).parameters
    assert {"is_history_navigation", "session_id", "page_script_hash"} <= {
        *fields,
        *dir(ScriptRunContext),
    }


def test_what_is_uploaded_is_freed_once_it_is_not_kept(monkeypatch):
    freed = []
    monkeypatch.setattr(uploads, "forget_upload", freed.append)

    def page():
        import streamlit as st

        from aecore.dashboard.parts.uploads import kept, kept_row, round_of, uploader

        uploader("t", f"t.file.{round_of('t')}", "File", 30, one=True)
        kept_row("t", "t.remove", "file")
        st.json([len(content) for _, content in kept("t")])

    app = AppTest.from_function(page, default_timeout=PATIENCE).run()
    told = []
    for size in (10, 20, 31):
        app.file_uploader[0].set_value(("a.csv", bytes(size), "text/csv")).run()
        told.append((app.json[0].value, len(freed)))
    app.button(key="t.remove").click().run()
    assert told == [("[10]", 0), ("[20]", 1), ("[20]", 2)]
    assert app.json[0].value == "[]" and len(set(freed)) == 3 and not app.exception


def test_a_page_frees_an_upload():
    def page():
        import streamlit as st
        from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
        from streamlit.runtime.scriptrunner import get_script_run_ctx
        from streamlit.runtime.uploaded_file_manager import UploadedFileRec

        from aecore.dashboard.private.streamlit import forget_upload

        context = get_script_run_ctx()
        assert context is not None
        store = context.uploaded_file_mgr = MemoryUploadedFileManager("/uploads")
        store.file_storage[context.session_id]["a"] = UploadedFileRec("a", "a.csv", "", b"1")
        forget_upload("a")
        st.json(len(store.get_files(context.session_id, ["a"])))

    app = AppTest.from_function(page, default_timeout=PATIENCE).run()
    assert not app.exception and app.json[0].value == "0"
