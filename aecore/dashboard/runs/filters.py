"""Search and filters of the table of runs."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts.labels import STATE_WORDS, settings_words, summary_label
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.models import AUTOENCODERS
from aecore.runs.summary import Summary

FILTERS: dict[str, tuple[str, Callable[[Summary], tuple[str, ...]]]] = {
    "type": ("Type", lambda each: (each.key,)),
    "state": ("State", lambda each: (each.state,)),
    "data": ("Data", lambda each: (each.data,) if each.data else ()),
    "tag": ("Tag", lambda each: each.label.tags),
}


def run_filters(everything: list[Summary]) -> None:
    """The widgets; what they say is kept in the session, for `filtered`."""
    cells = st.columns([3, 2, 2, 2, 2])
    cells[0].text_input(
        "Search",
        **lasting("runs.search"),
        icon=":material/search:",
        placeholder="name, note, setting …",
        help="Shows runs with all of these words in their name, note, tags, id, type, data or "
        "settings.",
    )
    for cell, (name, (label, of)) in zip(cells[1:], FILTERS.items(), strict=True):
        options = sorted({value for each in everything for value in of(each)})
        widget = f"runs.filter.{name}"
        kept = [value for value in st.session_state.get(widget, []) if value in options]
        if widget in st.session_state and kept != st.session_state[widget]:
            st.session_state[widget] = kept  # a type or a tag whose last run has gone
        cell.multiselect(
            label,
            options,
            **lasting(widget),
            format_func=_shown,
            placeholder="any",
            disabled=not options,
        )


def filtered(everything: list[Summary]) -> list[Summary]:
    """The runs that fit the search and the filters as the session has them."""
    wanted = {name: set(st.session_state.get(f"runs.filter.{name}", [])) for name in FILTERS}
    words = st.session_state.get("runs.search", "").casefold().split()
    return [each for each in everything if _has(each, wanted) and _says(each, words)]


def _has(each: Summary, wanted: dict[str, set[str]]) -> bool:
    return all(not some or some & set(FILTERS[name][1](each)) for name, some in wanted.items())


def _says(each: Summary, words: list[str]) -> bool:
    if not words:
        return True
    text = _text_of(each)
    return all(word in text or each.id.startswith(word) for word in words)  # an id has any digits


def _text_of(each: Summary) -> str:
    kind = AUTOENCODERS.get(each.key)
    settings = (f"{name} {value}" for name, value in each.settings.items())
    parts = (
        each.label.name or summary_label(each), each.label.note, *each.label.tags,
        kind.title if kind else each.key, each.data, each.dataset, _shown(each.state),
        settings_words(each.key, each.settings), *settings,
    )  # fmt: skip
    return "\n".join(parts).casefold()


def _shown(value: str) -> str:
    return (
        AUTOENCODERS[value].title
        if value in AUTOENCODERS
        else STATE_WORDS.get(value, visible(value))
    )
