"""How the page comes by a judgement: kept with the run, or made by a worker; by which score."""

import dataclasses

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import calls, measured, store, study
from aecore.detection.judgement import Judgement
from aecore.detection.scores import SCORES
from aecore.runs.detectors import kept_detector
from aecore.runs.run import Run
from aecore.runs.studies import kept


def judgement_of(run: Run) -> Judgement | None:
    """The judgement of a run by its detector; None if it cannot be had, and then why is said."""
    if not run.usable:
        st.info(
            f"This run has no model yet. {escaped(run.status().message)}".strip(),
            icon=icons.SEARCH,
        )
        return None
    with st.spinner("Judging the data, by the network and by the baselines…"):
        judged = _kept(run) or study(run, Judgement)
    detector = kept_detector(run)  # its threshold may have been changed since
    if detector is None or detector.score != judged.detector.score:
        return judged
    return dataclasses.replace(judged, detector=detector)


def _kept(run: Run) -> Judgement | None:
    """The judgement that is kept with a run, from memory if the file has not changed."""
    path = run.study_path(Judgement.name)
    if not path.exists():
        return None
    key = (Judgement.name, str(path), path.stat().st_mtime_ns)
    return measured.get(key, lambda: kept(run, Judgement))


def choose_score(run: Run, judged: Judgement) -> None:
    """The score that judges, and a worker's new judgement if another one is chosen."""
    keys = [key for key, each in SCORES.items() if each.takes(run.source.kind, run.key)]
    used = judged.detector.score
    key = st.selectbox(
        "Score",
        keys,
        index=keys.index(used) if used in keys else None,
        format_func=lambda key: SCORES[key].title,
        key=f"anomalies.score.{run.id}.{used}",
        disabled=run.shipped or not store().may_change(run),
        help="How unusual a sample is. The usual score is fixed by the kind of data, before any "
        "label is seen. To choose the one with the best figures makes these too favourable.",
    )
    if key is not None:
        st.caption(SCORES[key].why)
    if key not in (None, used):
        with sentences():
            with st.spinner("Judging by this score…"):
                calls().judge(run.path, key)
            st.rerun(scope="app")
