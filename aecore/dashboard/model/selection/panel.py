"""Part of a panel: the samples selected on the map, kept by name, seen, compared and taken away."""

import itertools
from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.dashboard.model.map_samples import MapSamples, Numbered, numbered
from aecore.dashboard.model.selection.compared import direction
from aecore.dashboard.model.selection.saving import csv_button, save_button
from aecore.dashboard.model.selection.shown import grid, statistics
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import rerun_part, sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import (
    Selection,
    keep_selections,
    select,
    selected,
    selections,
    want_direction,
    want_run,
    want_view,
)
from aecore.data.names import LONGEST, is_blank, shortened, storable, told_apart, visible
from aecore.runs.run import Run

MOST_KEPT = 12
LONGEST_SHOWN = 24  # characters
NOW = "Selected now"


def selection_panel(shown: MapSamples) -> None:
    """The panel; nothing where nothing is selected or kept."""
    run, report = shown.run, shown.report
    known = numbered(run, report)
    now = _within(known, Selection(NOW, selected(run)))
    kept = tuple(each for whole in selections(run) if (each := _within(known, whole)).places)
    choices = ([now] if now.places else []) + list(kept)
    if not choices:
        return
    st.markdown("##### Selection")
    key = f"{run.key}.selection.{run.id}"
    if len(choices) > 1:
        of = {each.name: each for each in choices}
        if st.session_state.get(key) not in of:
            st.session_state[key] = choices[0].name
        name = st.segmented_control(
            "Selection",
            of,
            required=True,
            format_func=_labels(choices, plain).__getitem__,
            key=key,
            label_visibility="collapsed",
        )
        chosen = of.get(name or "", choices[0])
    else:
        chosen = choices[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        (_name if chosen is now else _kept)(run, chosen, kept)
        save_button(run, chosen, NOW)
        csv_button(run, known, chosen)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        others = [each for each in choices if each is not chosen]
        other = _compared(run, others) if others else None
        statistics(shown, chosen, other)
    with right, sentences():
        grid(run, report, known, chosen.places)
    if other is not None and report.architecture.decodes_codes:
        direction(run, report, chosen, other)
        _generation(run, chosen, other, kept)


def _within(known: Numbered, chosen: Selection) -> Selection:
    """A selection without the samples of a map that a longer training has put out of date."""
    places = tuple(place for place in chosen.places if place < len(known.labels))
    return Selection(chosen.name, places)


def _labels(choices: list[Selection], shown: Callable[[str], str]) -> dict[str, str]:
    """name → label, no two the same; shown: how a widget takes a stranger's text."""
    labels = told_apart(
        f"{shown(shortened(each.name, LONGEST_SHOWN))} · {len(each.places):,}" for each in choices
    )
    return dict(zip((each.name for each in choices), labels, strict=True))


def _name(run: Run, now: Selection, kept: tuple[Selection, ...]) -> None:
    """A field that names what is selected now, and a button that keeps it."""
    form = st.form(
        f"{run.key}.naming.{run.id}", border=False, clear_on_submit=True, width="content"
    )
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        count, kind = len(now.places), run.source.kind
        name = st.text_input(
            f"Name of this {kind.sample}"
            if count == 1
            else f"Name of these {count:,} {kind.samples}",
            max_chars=LONGEST,
            width=260,
            key=f"{run.key}.name.{run.id}",
        )
        pressed = st.form_submit_button(
            "Keep",
            icon=icons.TAGS,
            disabled=len(kept) >= MOST_KEPT,
            help=f"Keeps the selection until you close the page; {MOST_KEPT} at most.",
        )
    if not pressed:
        return
    name = storable(name).strip()
    if is_blank(name) or name == NOW:
        name = _unused(kept)
    others = tuple(each for each in kept if each.name != name)  # the same name replaces it
    keep_selections(run, (*others, Selection(name, now.places)))
    rerun_part()


def _unused(kept: tuple[Selection, ...]) -> str:
    names = {each.name for each in kept}
    return next(name for at in itertools.count(1) if (name := f"Selection {at}") not in names)


def _kept(run: Run, chosen: Selection, kept: tuple[Selection, ...]) -> None:
    """Buttons that show a kept selection on the map, and remove it."""
    if st.button("Show on the map", icon=icons.SEARCH, key=f"{run.key}.show kept"):
        select(run, chosen.places)
        rerun_part()
    if st.button("Remove", icon=icons.DELETE, key=f"{run.key}.remove kept"):
        keep_selections(run, tuple(each for each in kept if each is not chosen))
        rerun_part()


def _compared(run: Run, others: list[Selection]) -> Selection | None:
    """Which other selection it is compared with, if any."""
    of = {each.name: each for each in others}
    labels = {None: "All others", **_labels(others, visible)}
    name = st.selectbox(
        "Compare with",
        labels,
        format_func=labels.__getitem__,
        key=f"{run.key}.compared.{run.id}",
    )
    return of.get(name) if name else None


def _generation(run: Run, begin: Selection, end: Selection, kept: tuple[Selection, ...]) -> None:
    """A button that opens the Generation page with this direction."""
    samples = run.source.kind.samples
    pressed = st.button(
        "Use in Generation",
        icon=icons.GENERATION,
        key=f"{run.key}.direct",
        disabled=NOW in (begin.name, end.name) and len(kept) >= MOST_KEPT,
        help=f"Opens the Generation page, where any of the {samples} can be moved along this "
        "direction.",
    )
    if not pressed:
        return
    names = []
    for each in (begin, end):
        names.append(_unused(kept) if each.name == NOW else each.name)
        if each.name == NOW:
            keep_selections(run, (*kept, Selection(names[-1], each.places)))
    want_direction(run, *names)
    want_run("generation", run.id)
    want_view("Directions")
    st.switch_page("pages/generation.py", query_params={"run": run.id})


def on_map(shown: MapSamples, places: tuple[int, ...]) -> list[int]:
    """Where samples lie among those of the map; those that are not on it are left out."""
    return np.flatnonzero(np.isin(shown.mapped, places)).tolist()


def select_on_map(shown: MapSamples, ids: list[int]) -> None:
    """Selects samples by where they lie among those of the map."""
    mapped = shown.mapped
    known = [id for id in ids if id < len(mapped)]
    select(shown.run, tuple(mapped[known].tolist()), seen=True)
