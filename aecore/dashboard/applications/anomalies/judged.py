"""How the page comes by a judgement: kept with the run, or made by a worker; by which score."""

import dataclasses
from typing import Any

import streamlit as st

from aecore.compute.judging import Judging
from aecore.dashboard.applications.anomalies.measures import measures, truth_of
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.measured import show_progress
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import escaped, sentence_of
from aecore.dashboard.services import calls, judgings, logins, measured, store
from aecore.detection.detector import described
from aecore.detection.judgement import Judgement
from aecore.detection.scores import SCORES
from aecore.runs.detectors import beside, judgement_path, kept_detector, kept_judgement
from aecore.runs.run import Run

MOMENT_SECONDS = 0.8  # a judgement that takes no longer shows no bar
POLL_SECONDS = 0.5


def judgement_of(run: Run) -> Judgement | None:
    """The judgement of a run by its detector; None if there is none yet, and then why is said.

    The first look at a run has it judged. That goes on if the page is reloaded or left.
    """
    if not run.usable:
        st.info(
            f"This run has no model yet. {escaped(run.status().message)}".strip(),
            icon=icons.SEARCH,
        )
        return None
    kept, work = _kept(run), judgings().of(run)
    if work is None and kept is None:
        work = _begin(run)
    if work is not None:
        work.wait(MOMENT_SECONDS)
        if work.state == "working":
            fragment(_under_way, run, work, run_every=POLL_SECONDS)
            return None
        kept = _kept(run) or work.judgement
        _ended(run, work, kept)
    if kept is None:
        return None
    detector = kept_detector(run)  # its threshold may have been changed since
    if detector is None or detector.score != kept.detector.score:
        return kept
    return dataclasses.replace(kept, detector=detector)


def _begin(run: Run, score: str = "") -> Judging:
    return judgings().begin(
        calls(), run, score, lambda found: measures(run, found, truth_of(run, found))
    )


def _again(run: Run, score: str = "") -> None:
    _begin(run, score)


def _under_way(run: Run, work: Judging) -> None:
    if work.state != "working":
        st.rerun(scope="app")  # which ends the polling
    show_progress(run, Judgement.name, work.progress, work.stop)


def _ended(run: Run, work: Judging, kept: Judgement | None) -> None:
    """Why there is no result, and a button that tries again."""
    if work.state == "finished":
        if beside(run).study_path(Judgement.name).exists():  # or else only memory has it
            judgings().forget(run)
        return
    before = "" if kept is None else " The earlier result is shown."
    if work.problem is not None:
        st.error(sentence_of(work.problem) + before, icon=icons.FAILED)
        if kept is None and (detector := kept_detector(run)) is not None:  # an imported one
            st.info(
                f"Its detector judges *New data* without that. {escaped(described(detector))}",
                icon=icons.ANOMALIES,
            )
    else:
        st.info(f"Judging was stopped.{before}", icon=icons.STOP)
    if kept is not None:
        judgings().forget(run)  # and is told once
    else:
        st.button(
            "Judge the data", icon=icons.START, key="anomalies.judge", on_click=_again, args=(run,)
        )


def _kept(run: Run) -> Judgement | None:
    """The judgement that is kept with a run, from memory if the file has not changed."""
    path = judgement_path(run)
    if not path.exists():
        return None
    key = (Judgement.name, str(path), path.stat().st_mtime_ns)
    return measured.get(key, lambda: kept_judgement(run))


def may_change(run: Run) -> bool:
    """Whether the visitor may change a detector; where people log in, shipped ones are all's."""
    return store().may_change(run) and not (run.shipped and logins())


def choose_score(run: Run, judged: Judgement) -> None:
    """The score that judges; if another one is chosen, a worker judges again."""
    keys = [key for key, each in SCORES.items() if each.takes(run.source.kind, run.key)]
    used = judged.detector.score
    slot = f"anomalies.score.{run.id}"
    empty: dict[str, Any] = {} if used in keys else {"index": None}
    if used in keys:
        st.session_state[slot] = used  # also after another score was given up
    key = st.selectbox(
        "Score",
        keys,
        **empty,
        format_func=lambda key: SCORES[key].title,
        key=slot,
        on_change=lambda: _again(run, st.session_state[slot]),
        disabled=not may_change(run),
        help="How unusual a sample is. The usual score is fixed by the kind of data, before any "
        "label is seen. Choosing the score by its results makes these results optimistic.",
    )
    if key is not None:
        st.caption(SCORES[key].why)
    if judgings().of(run) is not None:
        st.rerun(scope="app")
