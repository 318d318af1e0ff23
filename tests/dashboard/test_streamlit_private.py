"""Streamlit's private names still mean what is expected of them."""

import inspect

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

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
