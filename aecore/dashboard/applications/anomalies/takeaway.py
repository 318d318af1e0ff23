"""Panel: verdicts as CSV, the detector as a file."""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.anomalies.measures import truth_of
from aecore.dashboard.applications.anomalies.ranked import TRUTH_WORDS
from aecore.dashboard.applications.anomalies.threshold import chosen_threshold
from aecore.dashboard.parts import icons
from aecore.dashboard.services import calls
from aecore.data.spreadsheet import as_csv
from aecore.detection.judgement import Judgement
from aecore.exchange.detector_file import SUFFIX
from aecore.figures.windows import time_words
from aecore.runs.detectors import kept_detector
from aecore.runs.run import Run


def takeaway(run: Run, judged: Judgement | None) -> None:
    """The downloads: verdicts where the run's data was judged, and the detector."""
    if judged is not None:
        _verdicts(run, judged)
    if judged is not None or kept_detector(run) is not None:
        _detector(run)


def _verdicts(run: Run, judged: Judgement) -> None:
    threshold = chosen_threshold(run, judged.detector)
    st.markdown("##### Verdicts")
    st.download_button(
        "Download verdicts (CSV)",
        lambda: verdicts_csv(run, judged, truth_of(run, judged), threshold.value),
        f"{run.id}-verdicts.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        key="anomalies.verdicts",
        on_click="ignore",
        help="One line for each sample that was judged: its place in the data set, its class, its "
        "score, whether it is flagged, and what is known of it.",
    )


def _detector(run: Run) -> None:
    """The detector as a file, and how the command line uses it."""
    st.markdown("##### Detector")
    if kept_detector(run) is None:  # its folder cannot be written
        st.caption("The detector of this run could not be saved, so it cannot be exported.")
        return
    st.download_button(
        "Download detector (ZIP)",
        lambda: calls().detector_file(run.path),
        f"{run.id}{SUFFIX}",
        "application/zip",
        icon=icons.DOWNLOAD,
        key="anomalies.detector",
        on_click="ignore",
        help="The run with its model, report and history, the score, the saved threshold, and a "
        "script of Keras and NumPy that gives the same verdicts without this program. The report "
        "holds some of the test data. *Import…* takes the file back.",
    )
    st.caption("On the command line, for files, or for a folder as files arrive:")
    st.code(
        f"python -m aecore detect {run.id} FILES... --csv verdicts.csv\n"
        f"python -m aecore detect {run.id} FOLDER --watch",
        language="bash",
    )


def verdicts_csv(run: Run, judged: Judgement, truth: np.ndarray, threshold: float) -> str:
    """All judged samples, the most unusual first; a series in time in its order."""
    series = run.source.series
    in_time = run.source.in_time
    order = np.arange(len(judged.scores))
    if not in_time:
        order = np.argsort(-np.nan_to_num(judged.scores, nan=-np.inf), kind="stable")
    rows = []
    for at in order:
        place, score = int(judged.where[at]), judged.scores[at]
        rows.append(
            (
                time_words(series, place) if in_time and series is not None else place + 1,
                run.source.classes[judged.labels[at]] if len(run.source.classes) > 1 else "",
                "" if np.isnan(score) else f"{score:.7g}",
                "" if np.isnan(score) else int(score > threshold),
                TRUTH_WORDS.get(int(truth[at]), ""),
                int(judged.learnt[at]),
            )
        )
    first = "time" if in_time else run.source.kind.sample
    return as_csv((first, "class", "score", "flagged", "known", "learnt"), rows)
