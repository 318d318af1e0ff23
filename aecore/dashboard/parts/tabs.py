"""The tabs of a type's page, each with an address of its own, so that Back returns to the last."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.private.streamlit import page_shown, went_back
from aecore.dashboard.session import VIEW, take_wanted_view

_SEEN = "view.seen"  # page and tab of the address as it was left by the last run
_LEFT = "view.left"  # the tab of the address before that, and when it was left
LAG = 10.0  # seconds that the browser's address may lag behind


def linked_tabs(titles: Sequence[str]) -> dict[str, Any]:
    """Tabs by their titles; the open one stands in the address, except for the first.

    Streamlit's own binding replaces the address at a click, and Back leaves the page. Here the
    script sets it, which the browser keeps in its history.
    """
    _follow_address(titles)
    take_wanted_view(titles)
    tabs = st.tabs(titles, key=VIEW, on_change="rerun")
    title = st.session_state[VIEW]
    _, seen = st.session_state.get(_SEEN, ("", ""))
    if title != (named := st.query_params.get(VIEW, titles[0])):
        st.session_state[_LEFT] = (named, time.monotonic())
        if title == titles[0]:
            del st.query_params[VIEW]
        else:
            st.query_params[VIEW] = title
    elif title != seen:
        st.query_params.update()  # tells the browser again: it may not have followed to `seen` yet
    st.session_state[_SEEN] = (page_shown(), title)
    return dict(zip(titles, tabs, strict=True))


def tabbed(panels: Mapping[str, Callable[[], object]]) -> None:
    """Tabs by their titles, the open one drawn by its panel, its errors as sentences."""
    tabs = linked_tabs(tuple(panels))
    for title, panel in panels.items():
        if (tab := tabs[title]).open:
            with tab, sentences():
                panel()


def _follow_address(titles: Sequence[str]) -> None:
    """Opens the tab that the address names, if it was not this page that set it.

    When something is pressed soon after a tab, the address may lag behind: then the tab is what
    the visitor wants.
    """
    page, seen = st.session_state.get(_SEEN, ("", ""))
    named = st.query_params.get(VIEW, titles[0])
    # on the way over another page Streamlit has dropped which tab was open
    came = went_back() or page != page_shown() or VIEW not in st.session_state
    left, when = st.session_state.get(_LEFT, ("", 0.0))
    lags = named == left and time.monotonic() - when < LAG
    if not came and (named == seen or lags or st.session_state.get(VIEW) != seen):
        return
    st.session_state[VIEW] = named if named in titles else titles[0]
    if named not in titles:
        del st.query_params[VIEW]
        st.warning(
            f"This page has no tab “{plain(named)}”, which the link names. {titles[0]} is shown.",
            icon=icons.LINK,
        )
