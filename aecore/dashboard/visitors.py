"""Who looks: nobody in particular, or somebody who has logged in (OpenID Connect, `st.login`).

Without an `[auth]` section in Streamlit's secrets nobody logs in, and everything is everybody's.
"""

import os
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aecore.runs.owner import LONGEST, Visitor

NAMES = "AUTOENCODER_STUDIO_NAMES"  # environment: "1" shows who trains what


def visitor() -> Visitor | None:
    """Who has logged in; None where nobody does."""
    if not logins():
        return None
    if not st.user.is_logged_in:
        st.stop()  # `gate` has shown what to do
    about = st.user.to_dict()
    # a subject is unique with its issuer only
    id = f"{about.get('iss', '')}|{about['sub']}"[:LONGEST]
    name = about.get("name") or about.get("email") or about["sub"]
    return Visitor(id, str(name)[:LONGEST])


def logins() -> bool:
    """Whether visitors log in here."""
    return "is_logged_in" in st.user


def whose() -> str:
    """Whose turn it is in the queue: a visitor's, or where nobody logs in a browser session's.

    Not of the session's state: whoever leaves the page ends its script at the next look into that,
    and runs that were just made would never be queued.
    """
    if (who := visitor()) is not None:
        return who.id
    context = get_script_run_ctx()
    return context.session_id if context else ""


def names_shown() -> bool:
    """Whether visitors see who trains what."""
    return logins() and os.environ.get(NAMES) == "1"


def gate() -> None:
    """Lets in who has logged in; shows all others how to, and nothing else."""
    if not logins() or st.user.is_logged_in:
        return
    st.title("🪞 Autoencoder Studio")
    st.markdown("Your runs are yours here: log in to see them, and what others share with you.")
    for provider in _providers():
        label = f"Log in with {provider}" if provider else "Log in"
        if st.button(label, icon="🔑", type="primary", key=f"login.{provider}"):
            st.login(provider)
    st.stop()


def account() -> None:
    """Who is logged in, and the way out; nothing where nobody logs in."""
    who = visitor()
    if who is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"👤 {who.name}")
            if st.button("Log out", key="logout"):
                st.logout()


def _providers() -> list[str | None]:
    auth = st.secrets["auth"]
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    return named or [None]
