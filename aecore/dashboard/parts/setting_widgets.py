"""Widgets of settings by the type of their values: classes, numbers and lists of sizes."""

from typing import Any

import streamlit as st

from aecore.data.datasets import source
from aecore.data.names import visible
from aecore.models import SettingError
from aecore.models.settings import Setting


def choose_classes(widget: str, declared: Setting, dataset: str, words: dict) -> tuple[int, ...]:
    """The classes of a data set that are to be learnt."""
    names = source(dataset).classes
    chosen = st.session_state.get(widget, [])
    if any(number >= len(names) for number in chosen):  # of another data set
        st.session_state[widget] = []
    found = st.multiselect(
        declared.label,
        range(len(names)),
        format_func=lambda number: visible(names[number]),
        placeholder="all classes",
        **words,
    )
    return tuple(found)


def type_number(widget: str, declared: Setting, kind: type, default, words: dict):
    """A number without bounds: beyond them a browser would show it, but keep the one before."""
    if kind is int:
        step, form = 1, "%d"
    else:
        step, form = declared.step, "%g"
        if declared.logarithmic:
            step = default / 2 or 1e-3
    return st.number_input(
        declared.label,
        step=kind(step),
        format=form,
        **start_of(widget, "value", default),
        **words,
    )


def start_of(widget: str, name: str, default) -> dict:
    """The default, unless the session already has a value, which Streamlit wants said once."""
    return {} if widget in st.session_state else {name: default}


def in_widget(name: str, value: Any) -> Any:
    """A value as its widget has it: sizes as text, classes as a list."""
    if isinstance(value, tuple):
        return list(value) if name == "normal" else ", ".join(map(str, value))
    return value


def read_sizes(name: str, declared: Setting, text: str) -> tuple[int, ...] | SettingError:
    """'512, 256' → (512, 256), or the error to show."""
    try:
        return tuple(int(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError:
        return SettingError(
            name, "{} must be whole numbers separated by commas, not “{}”.", declared.label, text
        )
