"""The cards of the applications, as far as what they tell was measured of shipped models."""

import numpy as np

from aecore.analysis.report import Report
from aecore.compression.measures import PCA, THIS, Compression, at_bits
from aecore.dashboard.home.card import Example
from aecore.dashboard.services import kept_study
from aecore.detection.baselines import BASELINES
from aecore.detection.evaluation import roc_auc
from aecore.detection.judgement import ANOMALY
from aecore.figures.cards import before_and_after, score_bars, share_bars
from aecore.generation.codes import MIXTURE, PLAIN
from aecore.generation.study import Generation
from aecore.runs.detectors import kept_judgement
from aecore.runs.store import shipped
from aecore.transfer.classifiers import LINEAR
from aecore.transfer.comparing import mean
from aecore.transfer.few_labels import FewLabels
from aecore.transfer.representations import CODE, RAW
from aecore.transfer.verdict import verdict

CLASSIFIES = "denoising"  # the shipped model whose code is best for a linear classifier
DETECTS = "undercomplete-breast-cancer"  # which learned benign tumours alone
COMPRESSES, BITS = "deep", 0.1  # a pixel
GENERATES = "deep"  # without a prior, where a mixture makes the difference
SHOWN = 3  # the digit on the cards


def applications(reports: dict[str, Report]) -> list[Example]:
    """Detecting, compressing, generating, and classifying with few labels."""
    return [*_detection(), *_compression(reports), *_generation(), *_features()]


def _detection() -> list[Example]:
    """Finding what is not normal, by a model that learned normal samples alone."""
    run = shipped(DETECTS)
    found = kept_judgement(run) if run.path.exists() else None
    if found is None:
        return []
    unusual = found.truth == ANOMALY
    areas = {key: roc_auc(unusual, scores) for key, scores in found.baselines.items()}
    best = max(areas, key=areas.__getitem__)
    groups = {"benign": found.scores[~unusual], "malignant": found.scores[unusual]}
    return [
        Example(
            "Detect anomalies",
            score_bars(groups, "Scores of benign and of malignant tumours"),
            f"Trained on benign tumours alone, it scores malignant ones higher with a ROC AUC of "
            f"{roc_auc(unusual, found.scores):.2f}. {BASELINES[best].title}, without a network: "
            f"{areas[best]:.2f}.",
            "Find anomalies",
            "anomalies",
            "Result",
            DETECTS,
        )
    ]


def _compression(reports: dict[str, Report]) -> list[Example]:
    run = shipped(COMPRESSES)
    found = kept_study(run, Compression) if run.path.exists() else None
    if found is None or COMPRESSES not in reports:
        return []
    own, pca = (at_bits(found.curves[name], BITS) for name in (THIS, PCA))
    if not np.isfinite([own, pca]).all():
        return []
    report = reports[COMPRESSES]
    place = report.firsts[SHOWN]
    names = f"Digit {SHOWN}", f"Digit {SHOWN}, from its code"
    return [
        Example(
            "Compress images",
            before_and_after(report.clean[place], report.outputs[place], names),
            f"At {BITS:g} bits per pixel, all bytes counted: {own:.1f} dB by the deep model, "
            f"{pca:.1f} dB by PCA with the same coder.",
            "Compress",
            "compression",
            "Compress",
            COMPRESSES,
        )
    ]


def _generation() -> list[Example]:
    run = shipped(GENERATES)
    found = kept_study(run, Generation) if run.path.exists() else None
    if found is None:
        return []
    plain, mixture = (found.likeness(source).recall for source in (PLAIN, MIXTURE))
    return [
        Example(
            "Generate images",
            share_bars(
                {"Gaussian": plain, "mixture": mixture}, "Real digits that samples are close to"
            ),
            f"Samples cover {mixture:.0%} of the variety of real digits if their codes are drawn "
            f"from a mixture, {plain:.0%} if from one Gaussian.",
            "Draw samples",
            "generation",
            "Samples",
            GENERATES,
        )
    ]


def _features() -> list[Example]:
    """Classifying with few labels, by the code that is best at it."""
    run = shipped(CLASSIFIES)
    found = kept_study(run, FewLabels) if run.path.exists() else None
    if found is None:
        return []
    told = verdict(found)
    at = found.counts.index(told.count)
    code, raw = (mean(found.accuracies[name][LINEAR][at]).value for name in (CODE, RAW))
    return [
        Example(
            "Classify with few labels",
            share_bars({"pixels": raw, "code": code}, "Classified correctly"),
            f"With {told.count} labels, a linear classifier is right on {code:.0%} of the test "
            f"images by their code, on {raw:.0%} by their pixels.",
            "Compare codes",
            "features",
            "Few labels",
            CLASSIFIES,
        )
    ]
