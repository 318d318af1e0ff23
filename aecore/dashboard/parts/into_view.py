"""Scrolling to what was just started, so that its first effect is inside the window.

A page begins at its top: where the browser is slow, it else keeps the place of the last one.
"""

import secrets

import streamlit as st

TOP = "top of the page"
_WANTED = "into view"  # (place, token)
_PAGE = "into view.page"  # (title, token) of the page that is drawn
# A token is scrolled to once in the life of a browser's tab, however often the page is drawn.
_into_view = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "into_view",
    html='<div class="here" style="scroll-margin: 3.5rem 0 1.5rem"></div>',
    js="""
export default function ({ data, parentElement }) {
  const seen = (window.scrolledIntoView ??= new Set());
  if (seen.has(data.token)) return;
  seen.add(data.token);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = still || data.at_once ? "instant" : "smooth";
  const here = parentElement.querySelector(".here");
  const scroll = () => {
    if (data.top) document.querySelector("[data-testid=stMain]").scrollTo({ top: 0, behavior });
    else here.scrollIntoView({ block: data.block, behavior });
  };
  setTimeout(scroll, 50); // once what was drawn with it has its place
  if (data.block === "nearest") setTimeout(scroll, 500); // what comes later may push it out
}
""",
)


def scroll_to(place: str) -> None:
    """Has a place scrolled into view when it is drawn next."""
    st.session_state[_WANTED] = (place, secrets.token_hex(4))


def begin_at_top(title: str) -> None:
    """Scrolls to the top if another page than this was drawn before."""
    if st.session_state.get(_PAGE, ("", ""))[0] != title:
        st.session_state[_PAGE] = (title, secrets.token_hex(4))
    with st.container(key="page-top"):
        data = {"token": st.session_state[_PAGE][1], "top": True, "at_once": True}
        _into_view(key="page-top.mark", data=data)


def place_to_scroll_to(place: str, block: str = "start") -> None:
    """Marks a place; what follows is scrolled into view if that was asked for.

    Args:
        block: "start" has it at the top of the window, "nearest" only just inside, for what stands
            before the mark.
    """
    wanted, token = st.session_state.get(_WANTED, ("", ""))
    if wanted == place:
        with st.container(key=f"into-view.{place}"):
            data = {"token": token, "top": place == TOP, "block": block}
            _into_view(key=f"into-view.{place}.mark", data=data)
