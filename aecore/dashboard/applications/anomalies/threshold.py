"""Panel: the distribution of the scores, the threshold, and what follows from it."""

import dataclasses
from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.dashboard.applications.anomalies.judged import choose_score, may_change
from aecore.dashboard.applications.anomalies.measures import counted, unit_of
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.dragging import draggable_chart
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import many
from aecore.dashboard.session import lasting
from aecore.detection.detector import Detector
from aecore.detection.evaluation import confusion
from aecore.detection.judgement import ANOMALY, NORMAL, UNKNOWN, Judgement
from aecore.detection.thresholds import Threshold, at_value, best_f1, false_alarms, least_cost
from aecore.figures.detection import (
    ANOMALIES,
    CALIBRATION,
    confusion_table,
    score_distribution,
)
from aecore.figures.detection import NORMAL as NORMALS
from aecore.figures.detection import UNKNOWN as JUDGED
from aecore.figures.numbers import significant
from aecore.runs.detectors import keep_detector
from aecore.runs.run import Run

RULES = {"false alarms": "False alarms", "cost": "Cost", "f1": "Best F1", "hand": "By hand"}
SHARES = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0)  # percent
STEPS = 200  # of the slider over scores
USUAL_DAY, DAY = 1000, 86_400  # samples, and seconds


def chosen_threshold(run: Run, detector: Detector) -> Threshold:
    """The threshold that this visitor has set, or else the detector's own."""
    return st.session_state.get(_kept_as(run, detector), detector.threshold)


def _kept_as(run: Run, detector: Detector) -> str:
    return f"anomalies.threshold.{_of(run, detector)}"


def _of(run: Run, detector: Detector) -> str:
    """What a score is of, at the end of keys of the session: other scores have other scales."""
    return f"{run.id}.{detector.score}.{run.model_path.stat().st_mtime_ns}"


def threshold_panel(run: Run, judged: Judgement, truth: np.ndarray) -> Threshold:
    """Lets the visitor set the threshold and says what follows; the threshold."""
    left, right = st.columns([3, 2], gap="large")
    with right:
        choose_score(run, judged)
        threshold = _choose(run, judged, truth)
        st.session_state[_kept_as(run, judged.detector)] = threshold
        _expected(run, threshold)
        _keep(run, judged, threshold)
    with left:
        figure = _distribution(judged, truth, threshold.value)

        def moved(score: float) -> None:
            st.session_state[f"anomalies.rule.{run.id}"] = "hand"
            st.session_state[_by_hand_as(run, judged.detector)] = score

        draggable_chart(figure, f"{run.id}-scores", threshold.value, moved)
        st.caption("Drag the dashed line to set the threshold by hand.")
        _found(run, judged, truth, threshold)
    return threshold


def _keep(run: Run, judged: Judgement, threshold: Threshold) -> None:
    """Saves a threshold other than that of the detector, if the visitor wants it."""
    if threshold == judged.detector.threshold or not may_change(run):
        return
    words = "The exported detector and `detect` on the command line then use it."
    if st.button("Save this threshold", icon=icons.DISK, key="anomalies.keep", help=words):
        with sentences():
            changed = dataclasses.replace(judged.detector, threshold=threshold)
            keep_detector(run, changed)
            st.rerun(scope="app")


def _distribution(judged: Judgement, truth: np.ndarray, threshold: float):
    there = np.isfinite(judged.scores) & ~judged.learnt
    groups = {
        CALIBRATION: judged.detector.calibration,
        NORMALS: judged.scores[there & (truth == NORMAL)],
        ANOMALIES: judged.scores[there & (truth == ANOMALY)],
        JUDGED: judged.scores[there & (truth == UNKNOWN)],
    }
    return score_distribution(groups, threshold)


def _choose(run: Run, judged: Judgement, truth: np.ndarray) -> Threshold:
    known = counted(judged, truth)
    both = {NORMAL, ANOMALY} <= set(truth[known].tolist())
    rules = list(RULES) if both else ["false alarms", "hand"]
    slot = f"anomalies.rule.{run.id}"
    saved = judged.detector.threshold.rule
    usual = saved if saved in rules and saved != "cost" else "hand"  # the cost is not saved
    if st.session_state.get(slot, usual) not in rules:
        del st.session_state[slot]  # the labels it needs are gone
    rule = st.segmented_control(
        "Threshold by",
        rules,
        default=usual,
        required=True,
        format_func=RULES.__getitem__,
        **lasting(slot),
        help="The share of false alarms needs normal data alone. Cost and F1 need labels, and are "
        "measured on the very samples that they are chosen on.",
    )
    return CHOOSE[rule](run, judged, truth, known)


def _by_alarms(run: Run, judged: Judgement, truth: np.ndarray, known: np.ndarray) -> Threshold:
    saved, slot = judged.detector.threshold, f"anomalies.share.{run.id}"
    wanted = round(100 * saved.wanted, 6)
    if saved.rule != "false alarms":
        wanted = min(SHARES, key=lambda each: abs(each - wanted))
    share = st.select_slider(
        "False alarms",
        sorted({*SHARES, wanted, st.session_state.get(slot, wanted)}),
        wanted,
        format_func=lambda each: f"{each:g}%",
        **lasting(slot),
        help="The share of normal samples that may be flagged.",
    )
    return false_alarms(judged.detector.calibration, share / 100, judged.detector.threshold.normal)


def _by_cost(run: Run, judged: Judgement, truth: np.ndarray, known: np.ndarray) -> Threshold:
    ratio = st.number_input(
        "Cost of a missed anomaly, in false alarms",
        value=10.0,
        min_value=0.01,
        step=1.0,
        format="%g",
        **lasting(f"anomalies.cost.{run.id}"),
    )
    detector, unusual = judged.detector, truth[known] == ANOMALY
    normal = detector.threshold.normal
    return least_cost(detector.calibration, unusual, judged.scores[known], ratio, normal)


def _by_f1(run: Run, judged: Judgement, truth: np.ndarray, known: np.ndarray) -> Threshold:
    st.caption("The highest F1 on the judged samples: optimistic for new data.")
    detector, unusual = judged.detector, truth[known] == ANOMALY
    normal = detector.threshold.normal
    return best_f1(detector.calibration, unusual, judged.scores[known], normal)


def _by_hand(run: Run, judged: Judgement, truth: np.ndarray, known: np.ndarray) -> Threshold:
    every = np.concatenate([judged.scores[np.isfinite(judged.scores)], judged.detector.calibration])
    detector, slot = judged.detector, _by_hand_as(run, judged.detector)
    value = float(st.session_state.get(slot, detector.threshold.value))  # as it was dragged
    steps = np.quantile(every, np.linspace(0, 1, STEPS + 1)).tolist()
    values = sorted({significant(each): each for each in (*steps, value)}.values())
    st.session_state[slot] = value
    chosen: float = st.select_slider("Score", values, format_func=significant, **lasting(slot))  # pyright: ignore[reportAssignmentType]
    saved = detector.threshold
    if chosen == saved.value and saved.rule != "false alarms":
        return saved  # by a cost or by labels that are no longer known
    return at_value(detector.calibration, chosen, saved.normal)


def _by_hand_as(run: Run, detector: Detector) -> str:
    return f"anomalies.hand.{_of(run, detector)}"


CHOOSE: dict[str, Callable[[Run, Judgement, np.ndarray, np.ndarray], Threshold]] = {
    "false alarms": _by_alarms, "cost": _by_cost, "f1": _by_f1, "hand": _by_hand,
}  # fmt: skip


def _expected(run: Run, threshold: Threshold) -> None:
    """The false alarms to expect, with their interval, and how many these are a day."""
    samples = unit_of(run.source)
    normal, alarms = f"{threshold.normal:,} normal validation {samples}", "False alarms"
    if run.source.in_time:  # a run of flagged steps is one alarm
        windows = many(threshold.normal, "independent window")
        normal, alarms = f"the normal validation steps ({windows})", "Flagged steps"
    st.markdown(
        f"Flagged above **{significant(threshold.value)}**: **{threshold.share:.1%}** of "
        f"{normal}; of new normal ones {threshold.low:.1%} to {threshold.high:.1%} "
        "(95% interval)."
    )
    label, box = st.columns([3, 2], vertical_alignment="center")
    title = f"{samples.capitalize()} a day"
    label.markdown(title)
    each = box.number_input(
        title,
        value=_a_day(run),
        min_value=1,
        step=100,
        **lasting(f"anomalies.day.{run.dataset}"),
        label_visibility="collapsed",
    )
    low, high = (_alarms(share * each) for share in (threshold.low, threshold.high))
    about = f"about **{_alarms(threshold.share * each)}**, between **{low}** and **{high}**"
    if not threshold.low <= threshold.share <= threshold.high:  # of too few to tell
        about = f"between **{low}** and **{high}**"
    st.markdown(f"{alarms} a day, if all are normal: {about}.")


def _a_day(run: Run) -> int:
    series = run.source.series
    if series is None or series.apart or not series.start:
        return USUAL_DAY
    return max(1, round(DAY / series.step))


def _alarms(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"


def _found(run: Run, judged: Judgement, truth: np.ndarray, threshold: Threshold) -> None:
    """What is flagged of the judged samples."""
    known, samples = counted(judged, truth), unit_of(run.source)
    if known.any():
        counts = confusion(truth[known] == ANOMALY, judged.scores[known], threshold.value)
        table = np.array([[counts.left, counts.false_alarms], [counts.missed, counts.true_alarms]])
        st.html(confusion_table(table, "normal", "anomalies"))
        figures = {"precision": counts.precision, "recall": counts.recall, "F1": counts.f1}
        told = [f"{name} **{value:.1%}**" for name, value in figures.items() if np.isfinite(value)]
        st.markdown(f"At this threshold: {' · '.join(told)}")
        if threshold.rule == "false alarms" and counts.false_alarm_rate > threshold.high:
            st.warning(
                f"Of the judged normal {samples}, {counts.false_alarm_rate:.0%} are flagged, more "
                "than the interval allows: there is too little validation data, or it is unlike "
                "them. Choose another score, or set the threshold by hand.",
                icon=icons.WARNING,
            )
    there = np.isfinite(judged.scores) & ~judged.learnt & (truth == UNKNOWN)
    if there.any():
        flagged = int((judged.scores[there] > threshold.value).sum())
        expected = threshold.share * there.sum()
        st.markdown(
            f"**{flagged:,}** of {int(there.sum()):,} {samples} without a label are flagged; "
            f"about {_alarms(expected)} would be if all were normal."
        )
