"""Errors of our own making as sentences, and parts of a page that rerun on their own."""

import contextlib
import functools
from collections.abc import Callable, Iterator

import streamlit as st
from streamlit.errors import StreamlitAPIException

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import sentence_of
from aecore.data.refusal import Refusal

PROBLEMS = (Refusal, OSError)  # told in a sentence; all else is a fault of the program


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Shows the errors of our own making as a sentence instead of a traceback."""
    try:
        yield
    except PROBLEMS as problem:
        st.error(sentence_of(problem), icon=icons.FAILED)


def fragment(function: Callable, *arguments, run_every: float | None = None) -> None:
    """Shows a part of the page that reruns on its own, its errors as sentences too."""

    @functools.wraps(function)
    def guarded(*given):
        with sentences():
            function(*given)

    st.fragment(guarded, run_every=run_every)(*arguments)


def rerun_part() -> None:
    """Reruns the fragment it is called from.

    A click during a run of the whole page is answered by another run of the whole page, in which
    Streamlit has no fragment to rerun: then the page is rerun.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
