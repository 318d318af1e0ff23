"""Panel: judge new data of the user's: images, rows, or a stretch of a series."""

import dataclasses
from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.analysis.own_data import plain_time
from aecore.dashboard.applications.anomalies.ranked import ranked_list
from aecore.dashboard.applications.anomalies.reasons import Explained
from aecore.dashboard.applications.anomalies.threshold import chosen_threshold
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart, chart_config
from aecore.dashboard.parts.giving_images import given_images_of
from aecore.dashboard.parts.giving_rows import given_rows
from aecore.dashboard.parts.giving_stretch import given_stretch
from aecore.dashboard.parts.reading_notes import show_notes
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.sources import choose_way
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import remembered
from aecore.data.arrays import describe_shape
from aecore.data.spreadsheet import as_csv
from aecore.data.tables.filling import as_texts
from aecore.detection.detector import Detector
from aecore.detection.judgement import UNKNOWN
from aecore.detection.judging import New, judge_new, judge_stretch
from aecore.figures.description import description
from aecore.figures.detection import CALIBRATION, score_distribution
from aecore.figures.detection_over_time import score_over_time
from aecore.figures.over_time import apart_worst
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

STARTING = 5  # rows of the grid
MOST_LISTED = 200  # samples in the list; all are in the CSV
MOST_CHANNELS = 4  # drawn
MOST_LINES = 200  # of new samples in the distribution


def new_data(run: Run, detector: Detector) -> None:
    """Where the data comes from, and what the detector says of it."""
    fragment(GIVE[run.source.kind.key], run, detector)


def _images(run: Run, detector: Detector) -> None:
    source = run.source
    way = choose_way("anomalies", source, ("draw", "upload", "camera") if source.ink else
                     ("upload", "camera"))  # fmt: skip
    given = given_images_of("anomalies", source, way)
    if given is None:
        size = describe_shape(run.shape)
        st.info(
            f"Add images to check them for anomalies. The model takes {size}.", icon=icons.IMAGES
        )
        return
    _samples(run, detector, list(given.names), given.images)


def _rows(run: Run, detector: Detector) -> None:
    table = run.source.table
    assert table is not None  # of a run on a table
    rows = given_rows(run, report(run).clean[:STARTING], table)
    if rows is None:
        st.info("Add rows to check them for anomalies.", icon=icons.DATA)
        return
    show_notes(rows.notes)
    prepared = table.preparation.apply(rows.values)
    names = [f"row {number:,}" for number in range(1, len(prepared) + 1)]
    raw = rows.values[:, [part.column for part in table.preparation.parts]]
    _samples(run, detector, names, prepared, as_texts(table, raw))


def _windows(run: Run, detector: Detector) -> None:
    series = run.source.series
    assert series is not None  # of a run on a series
    given = given_stretch(run, series)
    if given is None:
        return
    _, stretch = given
    show_notes(stretch.notes)
    values, length = stretch.values, series.length
    with st.spinner("Judging…"):
        found: New = remembered(
            "anomalies.new",
            (*_of(run, detector), values.tobytes()),
            lambda: calls().analyse(
                run.model_path, judge_stretch, detector, series, values, stretch.starts
            ),
        )
    shown = score_over_time(
        dataclasses.replace(series, start=stretch.start, step=stretch.step),
        values,
        found.scores,
        chosen_threshold(run, detector).value,
        list(range(min(MOST_CHANNELS, len(series.channels)))),
    )
    st.plotly_chart(
        shown,
        key="anomalies.new.over_time",
        config=chart_config("new-over-time", scrollZoom=True),
        alt=description(shown),
    )
    places = stretch.starts[:, None] + np.arange(length)
    highest = np.nan_to_num(found.scores[places], nan=-np.inf).max(axis=1)
    top = stretch.starts[apart_worst(stretch.starts, highest, length)]
    within = top[:, None] + np.arange(length)
    reasons = found.reasons[within]
    sums = reasons.sum(axis=(1, 2), keepdims=True)
    times = map(plain_time, stretch.times(top))
    explained = Explained(
        [f"from {time}" for time in times],
        np.nan_to_num(found.scores[within], nan=-np.inf).max(axis=1),
        series.apply(values)[within],
        found.outputs[within],
        reasons / np.where(sums > 0, sums, 1),
        top,
        np.full(len(top), UNKNOWN),
        np.zeros(0, int),
    )
    known = ~np.isnan(found.scores)
    steps = stretch.times(np.arange(len(values)))
    names = [str(plain_time(time)) for time in steps[known]]
    _told(run, detector, names, found.scores[known], "steps")
    ranked_list(run.source, explained, chosen_threshold(run, detector).value, "anomalies.new.list")


GIVE: dict[str, Callable[[Run, Detector], None]] = {
    "image": _images, "table": _rows, "series": _windows,
}  # fmt: skip


def _of(run: Run, detector: Detector) -> tuple:
    """What a verdict depends on beside the data."""
    return model_version(run), detector.score


def _samples(
    run: Run,
    detector: Detector,
    names: list[str],
    samples: np.ndarray,
    written: list[list[str]] | None = None,
) -> None:
    """Judges samples, and shows them with the most unusual first."""
    with st.spinner("Judging…"):
        found: New = remembered(
            "anomalies.new",
            (*_of(run, detector), samples.tobytes()),
            lambda: calls().analyse(
                run.model_path, judge_new, detector, samples, run.source.layout
            ),
        )
    _told(run, detector, names, found.scores, run.source.kind.samples)
    judged = int((~np.isnan(found.scores)).sum())
    if not judged:
        return
    top = np.argsort(-found.scores, kind="stable")[: min(judged, MOST_LISTED)]  # NaN comes last
    explained = Explained(
        [names[at] for at in top], found.scores[top], samples[top], found.outputs[top],
        found.reasons[top], np.zeros(0, int), np.full(len(top), UNKNOWN), np.zeros(0, int),
        [written[at] for at in top] if written is not None else None,
    )  # fmt: skip
    ranked_list(run.source, explained, chosen_threshold(run, detector).value, "anomalies.new.list")


def _told(run: Run, detector: Detector, names: list[str], scores: np.ndarray, samples: str) -> None:
    """How many are flagged, their scores beside normal ones, and all verdicts as CSV."""
    threshold = chosen_threshold(run, detector).value
    flagged, unknown = int((scores > threshold).sum()), int(np.isnan(scores).sum())
    st.markdown(f"**{flagged:,}** of {len(scores):,} {samples} flagged.")
    if unknown:
        st.caption(f"{unknown:,} of them without a known value: there is nothing to judge by.")
    st.download_button(
        "Download verdicts (CSV)",
        lambda: as_csv(
            ("name", "score", "flagged"),
            [
                (name, "", "")
                if np.isnan(score)
                else (name, f"{score:.7g}", int(score > threshold))
                for name, score in zip(names, scores, strict=True)
            ],
        ),
        f"{run.id}-new-verdicts.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        key="anomalies.new.csv",
        on_click="ignore",
    )
    lines = np.sort(scores[~np.isnan(scores)])[::-1][:MOST_LINES]
    normal = {CALIBRATION: detector.calibration}
    chart(score_distribution(normal, threshold, lines), "anomalies-new-scores")
