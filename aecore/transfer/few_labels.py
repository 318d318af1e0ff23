"""Test accuracy by the number of labels, on the code, on raw values and on PCA."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.study import Study, Watch, unwatched
from aecore.transfer.classifiers import CLASSIFIERS
from aecore.transfer.draws import counts_of, draws_of, labelled_draw
from aecore.transfer.labelled import Labelled
from aecore.transfer.representations import CODE, PCA, represent


@dataclass(frozen=True)
class FewLabels(Study):
    """How many test samples classifiers get right that learn from few labels.

    counts: numbers of labels, ascending. accuracies: representation → classifier → for each count
    a list, with the accuracy of each draw; draws are the same for all of them. available: labelled
    training samples in the data set. judged: test samples. size: of the code. components: of PCA.
    frequent: the share of the most frequent class among the test samples.
    """

    name = "few-labels"
    counts: list
    accuracies: dict
    available: int
    judged: int
    size: int
    components: int
    frequent: float


def few_labels(model, known: Labelled, watch: Watch = unwatched) -> FewLabels:
    """Fits each classifier to each representation of labelled draws, and judges test samples.

    Args:
        watch: told of each draw; it may raise to end this.
    """
    watch("Encoding", 0.0)
    represented = represent(model, known)
    size = len(known.labels)
    counts = counts_of(size, len(np.unique(known.labels)))
    found = {name: {way: [[] for _ in counts] for way in CLASSIFIERS} for name in represented}
    effort = [count * draws_of(count, size) for count in counts]
    done, whole = 0.0, len(represented) * sum(effort)
    for at, count in enumerate(counts):
        for seed in range(draws_of(count, size)):
            chosen = labelled_draw(known.labels, count, seed)
            for name, (training, test) in represented.items():
                watch(f"{count:,} labels, draw {seed + 1}", done / whole)
                for way, fit in CLASSIFIERS.items():
                    fitted = fit(training[chosen], known.labels[chosen])
                    found[name][way][at].append(float(fitted.score(test, known.truth)))
                done += count
    return FewLabels(
        counts,
        found,
        known.available,
        len(known.truth),
        represented[CODE][0].shape[1],
        represented[PCA][0].shape[1],
        float(np.bincount(known.truth).max() / len(known.truth)),
    )
