"""What a judgement comes to where it is known what is an anomaly: curves, and the verdict."""

import hashlib
from dataclasses import dataclass

import numpy as np

from aecore.dashboard.services import measured
from aecore.data.refusal import Refusal
from aecore.data.splits import Source
from aecore.detection.baselines import BASELINES
from aecore.detection.evaluation import Curve, OneSided, precision_recall, roc
from aecore.detection.judgement import ANOMALY, UNKNOWN, Judgement
from aecore.detection.over_time import blocks
from aecore.detection.verdict import Verdict, verdict
from aecore.runs.marks import marked, read_marks
from aecore.runs.run import Run

NETWORK = "this model"


@dataclass(frozen=True)
class Measures:
    """How well the network and the baselines tell known anomalies from normal samples.

    truth, scores (m,): of the samples of which it is known. roc, recall: title → curve, that of
    the network first. verdict: None where nothing can be compared, and then `problem` says why.
    """

    truth: np.ndarray
    scores: np.ndarray
    roc: dict[str, Curve]
    recall: dict[str, Curve]
    verdict: Verdict | None
    problem: Refusal | None = None


def truth_of(run: Run, judged: Judgement) -> np.ndarray:
    """What is known of the judged samples (n,), with what people corrected."""
    return marked(judged.truth, judged.where, read_marks(run))


def unit_of(source: Source) -> str:
    """What is judged one by one: "images", "rows", "windows", of a series in time "steps"."""
    return "steps" if source.in_time else source.kind.samples


def counted(judged: Judgement, truth: np.ndarray) -> np.ndarray:
    """Which judged samples (n,) count: those with a score and a known truth, not learnt from."""
    return np.isfinite(judged.scores) & (truth != UNKNOWN) & ~judged.learnt


def measures(run: Run, judged: Judgement, truth: np.ndarray) -> Measures:
    """The measures of a run's judgement, kept in memory: intervals take a second or two."""
    digest = hashlib.sha256(truth.tobytes() + judged.scores.tobytes()).hexdigest()
    key = ("measures of anomalies", str(run.path), digest)
    series = run.source.series
    length = series.length if series is not None and run.source.in_time else 0
    return measured.get(key, lambda: _measures(judged, truth, length))


def _measures(judged: Judgement, truth: np.ndarray, length: int) -> Measures:
    """length: of the windows of a series in time, whose steps are judged; else 0."""
    known = counted(judged, truth)
    together = blocks(truth == ANOMALY, known, length) if length else None
    truth = (truth[known] == ANOMALY).astype(np.int8)
    scores = judged.scores[known]
    others = {key: each[known] for key, each in judged.baselines.items()}
    titles = {NETWORK: scores} | {BASELINES[key].title: each for key, each in others.items()}
    try:
        return Measures(
            truth,
            scores,
            {title: roc(truth, each, blocks=together) for title, each in titles.items()},
            {
                title: precision_recall(truth, each, blocks=together)
                for title, each in titles.items()
            },
            verdict(truth, scores, others, blocks=together) if others else None,
        )
    except OneSided as problem:
        return Measures(truth, scores, {}, {}, None, problem)
