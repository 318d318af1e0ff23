"""Logging in and out, where visitors do (OpenID Connect, `st.login`)."""

from collections.abc import Mapping

import streamlit as st

from aecore.dashboard.frame.navigation import NAME
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import logins, visitor


def gate() -> None:
    """Lets in who has logged in; shows all others how to, and nothing else."""
    if not logins() or st.user.is_logged_in:
        return
    st.title(NAME)
    st.markdown("Log in to see your runs and those that others share with you.")
    for provider in _providers():
        label = f"Log in with {provider}" if provider else "Log in"
        if st.button(label, icon=icons.LOG_IN, type="primary", key=f"login.{provider}"):
            st.login(provider)
    st.stop()


def account() -> None:
    """Who is logged in, and the way out; nothing where nobody logs in."""
    who = visitor()
    if who is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{icons.PERSON} {plain(who.name)}")
            if st.button("Log out", key="logout"):
                st.logout()


def _providers() -> list[str | None]:
    auth = st.secrets["auth"]
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    return named or [None]
