"""The running and queued trainings, on every page."""

import contextlib

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import STATE_WORDS
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import duration, escaped, many, plain
from aecore.dashboard.services import everyones, last_change, names_shown, visitor
from aecore.models import AUTOENCODERS
from aecore.runs.label import read_label
from aecore.runs.owner import may_see, owner
from aecore.runs.run import Run, RunDamaged
from aecore.runs.settings import differences_of

TRAY_SECONDS = 2.0
LOOK_SECONDS = 4.0  # between looks whether a training began elsewhere, while there is none
SHOWN = 5  # trainings in the tray


def tray() -> None:
    """The running and queued trainings of all visitors, on every page."""
    st.session_state["tray.seen"] = last_change()
    known = frozenset(run.id for run in _under_way())
    fragment(_tray, known, run_every=TRAY_SECONDS if known else LOOK_SECONDS)


def _under_way() -> list[Run]:
    """All that train or wait, those that train first."""
    found = []
    for run in everyones().runs():
        with contextlib.suppress(RunDamaged):
            status = run.status()
            if status.active:
                found.append(((status.state == "queued", status.queued), run))
    return [run for _, run in sorted(found, key=lambda each: each[0])]


def _tray(known: frozenset[str]) -> None:
    """Draws the tray, and the whole page again once runs came, went or were queued elsewhere.

    Args:
        known: the ids of those that were under way when the page was drawn.
    """
    if not known:
        if last_change() != st.session_state["tray.seen"]:
            st.rerun(scope="app")
        return
    runs = _under_way()
    if not runs or not known.issuperset(run.id for run in _mine(runs)):
        st.rerun(scope="app")  # which ends the polling, or shows a new one elsewhere on the page
    st.divider()
    st.caption("Training")
    mine = _mine(runs)
    for run in mine[:SHOWN]:
        with contextlib.suppress(RunDamaged):
            _row(run)
    if len(mine) > SHOWN:
        st.caption(f"and {len(mine) - SHOWN} more")
    others = [run for run in runs if run not in mine]
    if others and names_shown():
        for run in others[:SHOWN]:
            with contextlib.suppress(RunDamaged):
                whose = owner(run)
                name = plain(whose.name) if whose else ""
                st.markdown(f"{icons.PERSON} {name}: {STATE_WORDS[run.status().state]}")
    elif others:
        st.caption(f"{many(len(others), 'run')} by other people")


def _mine(runs: list[Run]) -> list[Run]:
    who = visitor()
    return [run for run in runs if may_see(run, who)]


def _row(run: Run) -> None:
    kind, status = AUTOENCODERS[run.key], run.status()
    title = plain(read_label(run.path).name or f"{kind.title} · {differences_of(run)}")
    st.page_link(
        f"pages/{kind.key}.py",
        label=f"{title}: {STATE_WORDS[status.state]}",
        icon=kind.icon,
        query_params={"view": "Train"},
    )
    if status.state != "queued":
        left = f" · {duration(status.seconds_left)} left" if status.seconds_left else ""
        epoch = f"epoch {status.epoch} of {status.epochs}{left}"
        st.progress(
            min(status.fraction, 1.0), text=epoch if status.epoch else escaped(status.stage)
        )
