"""Part of a panel: what was measured and kept with a run, or a button that has it measured."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from aecore.analysis.study import Study
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import fragment, guarded
from aecore.dashboard.parts.text import duration, escaped
from aecore.dashboard.services import kept_study, measurements, store
from aecore.runs.progress import Progress, stop_requested
from aecore.runs.run import Run

POLL_SECONDS = 0.5
S = TypeVar("S", bound=Study)


def measured_panel(
    run: Run, kind: type[S], button: str, told: str, draw: Callable[[Run, S], None]
) -> None:
    """Draws what was measured; before that, a button that starts it, or how far it is.

    Args:
        kind: one that `Measurements` knows. button: its words.
        told: what will be measured and how long it takes.
    """
    found = measured_or_asked(run, kind, button, told)
    if found is not None:
        draw(run, found)


def measured_or_asked(
    run: Run,
    kind: type[S],
    button: str,
    told: str,
    current: Callable[[S], bool] = lambda found: True,
) -> S | None:
    """What was measured; before that None, and a button that starts it, or how far it is.

    Args:
        kind: of `TRANSFERS` or `MAPS`. button, told: as of `measured_panel`.
        current: whether what is kept can still be used.
    """
    found = kept_study(run, kind)
    if found is not None and current(found):
        return found
    active = measurements().progress(run, kind.name) is not None
    arguments = (run, kind.name, button, told, active)
    fragment(_pending, *arguments, run_every=POLL_SECONDS if active else None)
    return None


def _pending(run: Run, name: str, button: str, told: str, polling: bool) -> None:
    state = measurements().progress(run, name)
    if state is None:
        if polling:
            st.rerun(scope="app")  # ends the polling, and shows the result
        if problem := measurements().problem(run, name):
            st.error(escaped(problem), icon=icons.FAILED)
        st.markdown(told)
        mine = store().may_change(run)
        if st.button(
            button,
            type="primary",
            icon=icons.START,
            key=f"measure.{name}.{run.id}",
            disabled=not mine,
            help=None if mine else "This run belongs to somebody else.",
        ):
            with st.spinner("Starting…"):
                measurements().start(run, name)
            st.rerun(scope="app")
        return
    show_progress(run, name, state, lambda: measurements().stop(run, name))


def show_progress(run: Run, name: str, state: Progress, stop: Callable[[], None]) -> None:
    """How far long work on a run is, and a button that stops it."""
    stopping = stop_requested(run, name)
    left = f" · {duration(state.seconds_left)} left" if state.seconds_left else ""
    words = "Stopping…" if stopping else f"**{escaped(state.stage)}**{left}"
    st.progress(min(state.fraction, 1.0), text=words)
    st.button(
        "Stop",
        icon=icons.STOP,
        key=f"measure.stop.{name}.{run.id}",
        on_click=guarded(stop),
        disabled=stopping,
        help="It goes on if you leave or reload the page.",
    )
