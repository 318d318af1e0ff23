"""Panel: what a detector found: verdict, scores and threshold, the most unusual samples."""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.anomalies.again import train_again
from aecore.dashboard.applications.anomalies.judged import may_change
from aecore.dashboard.applications.anomalies.measures import counted, measures, truth_of
from aecore.dashboard.applications.anomalies.over_time import over_time
from aecore.dashboard.applications.anomalies.ranked import ranked_list
from aecore.dashboard.applications.anomalies.reasons import Explained
from aecore.dashboard.applications.anomalies.threshold import threshold_panel
from aecore.dashboard.applications.anomalies.verdict import comparison, verdict_box
from aecore.dashboard.parts.sentences import fragment
from aecore.detection.evaluation import confusion
from aecore.detection.judgement import ANOMALY, Judgement, noticed
from aecore.figures.samples import names_of
from aecore.runs.marks import write_marks
from aecore.runs.run import Run


def result(run: Run, judged: Judgement) -> None:
    """The panel, drawn from the judgement alone."""
    fragment(_result, run, judged)


def _result(run: Run, judged: Judgement) -> None:
    truth = truth_of(run, judged)
    with st.spinner("Measuring…"):
        found = measures(run, judged, truth)
    verdict_box(run, found)
    for words in noticed(judged, truth):
        st.caption(words)
    st.markdown("##### Scores and threshold")
    threshold = threshold_panel(run, judged, truth)
    if run.source.in_time:
        over_time(run, judged, truth, threshold.value)
    st.markdown(f"##### The most unusual {run.source.kind.samples}")
    explained = shown_of(run, judged, truth)

    def mark(place: int, value: int | None) -> None:
        write_marks(run, _places(run, judged, place), value)

    ranked_list(
        run.source, explained, threshold.value, f"anomalies.list.{run.id}",
        mark if may_change(run) else None,
    )  # fmt: skip
    train_again(run)
    known = counted(judged, truth)
    counts = confusion(truth[known] == ANOMALY, judged.scores[known], threshold.value)
    comparison(run, found, (counts.false_alarm_rate, counts.recall, counts.precision))


def shown_of(run: Run, judged: Judgement, truth: np.ndarray) -> Explained:
    """The most unusual samples that the judgement keeps."""
    source, starts = run.source, judged.starts
    at = np.arange(len(judged.shown))
    names = names_of(source, judged.labels[judged.shown], at, starts)
    short = names if source.kind.bounded and len(source.classes) > 1 else None
    if not len(starts):
        sample = source.kind.sample
        several = len(source.classes) > 1 and source.table is None
        numbers = [f"{sample} {judged.where[place] + 1:,}" for place in judged.shown]
        pairs = zip(names, numbers, strict=True)
        names = [f"{name}, {number}" if several else number for name, number in pairs]
    return Explained(
        names, judged.scores[judged.shown], judged.clean, judged.outputs, judged.reasons, starts,
        truth[judged.shown], judged.where[judged.shown], None, short,
    )  # fmt: skip


def _places(run: Run, judged: Judgement, at: int) -> list[int]:
    """The places in the data set that one of the shown samples stands for."""
    place = int(judged.where[judged.shown[at]])
    if not len(judged.starts) or run.source.series is None or run.source.series.apart:
        return [place]
    start = int(judged.starts[at])
    return list(range(start, start + run.source.series.length))
