"""Errors of our own making as sentences: on a page, in parts that rerun alone, after a click."""

import contextlib
import functools
from collections.abc import Callable, Iterator

import streamlit as st
from streamlit.errors import StreamlitAPIException

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.session import note, take_notes
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
    def told(*given):
        with sentences():
            function(*given)
        show_notes()

    st.fragment(told, run_every=run_every)(*arguments)


def guarded(callback: Callable[..., object]) -> Callable[..., None]:
    """The callback of a widget, its errors noted as sentences: it is called before the page is."""

    @functools.wraps(callback)
    def call(*given) -> None:
        try:
            callback(*given)
        except PROBLEMS as problem:
            note(sentence_of(problem))

    return call


def show_notes() -> None:
    """Says what was noted, once."""
    for words in take_notes():
        st.toast(words, duration="long")


def rerun_part() -> None:
    """Reruns the fragment it is called from.

    A click during a run of the whole page is answered by another run of the whole page, in which
    Streamlit has no fragment to rerun: then the page is rerun.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
