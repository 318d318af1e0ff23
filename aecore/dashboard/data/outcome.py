"""Panel part: what became of the import of a table or series, and its progress until then."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS, rerun_part
from aecore.dashboard.parts.text import escaped, plain, sentence_of
from aecore.data.datasets import source
from aecore.data.own import own_keys

TOLD_SECONDS = 0.2  # between two looks of the progress


@dataclass(frozen=True)
class Outcome:
    """The key of the new set and what it has, in words; or the problem, as Markdown.

    notes: what was left out or changed, as a reader told it.
    """

    key: str | None
    words: str
    notes: tuple[str, ...] = ()


def show_outcome(place: str, train_on: Callable) -> None:
    """The set that was made in a place last, or why there is none, until it is closed."""
    made: Outcome | None = st.session_state.get(f"{place}.outcome")
    if made is None or (made.key is not None and made.key not in own_keys()):
        return
    with st.container(border=True):
        if made.key is None:
            st.error(made.words, icon=icons.CREATE)
        else:
            st.success(f"**{plain(source(made.key).title)}** created: {made.words}",
                       icon=icons.CREATE)  # fmt: skip
        show_notes(made.notes)
        train, _, close = st.columns([7, 2, 2])
        if made.key is not None:
            with train:
                train_on(made.key, f"{place.removeprefix('data.')}.next", across=True)
        if close.button("Close", key=f"{place}.close", width="stretch"):
            st.session_state.pop(f"{place}.outcome", None)
            rerun_part()


def show_notes(notes: Sequence[str]) -> None:
    """What could not be used, or was done, as a list."""
    if notes:
        lines = [f"- {escaped(note)}" for note in notes]
        st.warning("What was left out or changed:\n" + "\n".join(lines), icon=icons.REFUSED)


def create_button(place: str, missing: Sequence[str], busy: bool) -> bool:
    """The button that makes the set, and what is still needed beside it."""
    row = st.container(horizontal=True, vertical_alignment="center")
    pressed = row.button(
        "Create data set", type="primary", icon=icons.CREATE, key=f"{place}.make",
        disabled=busy or bool(missing),
    )  # fmt: skip
    if missing and not busy:
        row.caption(f"Still needed: {' and '.join(missing)}.", width="content")
    return pressed


@contextlib.contextmanager
def outcome(place: str) -> Iterator[Callable[[Outcome], None]]:
    """A context that makes a set, and keeps what became of it for the next run of the page."""
    try:
        yield lambda made: st.session_state.update({f"{place}.outcome": made})
    except PROBLEMS as problem:
        st.session_state[f"{place}.outcome"] = Outcome(None, sentence_of(problem))


def progress(place: str, total: int) -> Callable[[int], None]:
    """A bar and a button that stops what is under way; to be told how many rows were read."""
    words, stop = st.columns([5, 1], vertical_alignment="center")
    stop.button(
        "Stop", icon=icons.STOP, key=f"{place}.reading.stop", width="stretch"
    )  # any rerun ends this one
    bar, told = words.progress(0.0, text="Reading the rows…"), time.monotonic()

    def tell(read: int) -> None:
        nonlocal told
        _ = f"{place}.reading.stop" in st.session_state  # where a rerun ends this one
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            text = f"**{read:,}** of about {max(total, read):,} rows read"
            bar.progress(min(1.0, read / max(total, 1)), text)

    return tell
