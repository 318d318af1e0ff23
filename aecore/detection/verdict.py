"""Whether a network was worth it: a paired comparison with the best baseline, in words too."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aecore.detection.evaluation import (
    LEAST_BLOCKS,
    Interval,
    average_precision,
    counted_blocks,
    interval,
    repeated,
    roc_auc,
)


@dataclass(frozen=True)
class Verdict:
    """The network against the best baseline, on the same samples.

    outcome: "better", "worse" or "equal", where the interval of the difference has zero in it, or
    there are too few blocks to tell. difference: network less baseline, paired by sample.
    anomalies, normal: how many there were. blocks: how many of each were drawn as one; None where
    samples are independent.
    """

    measure: str
    network: Interval
    baseline: str
    other: Interval
    difference: Interval
    outcome: str
    anomalies: int
    normal: int
    blocks: tuple[int, int] | None = None


def verdict(
    truth: np.ndarray,
    network: np.ndarray,
    baselines: Mapping[str, np.ndarray],
    measure: str = "roc_auc",
    seed: int = 0,
    blocks: np.ndarray | None = None,
) -> Verdict:
    """Whether a network is better than the best of the baselines, by a paired bootstrap.

    The best baseline is chosen on these very samples, which favours it a little.

    Args:
        network: scores (n,). baselines: key → scores (n,) of the same samples; at least one.
        blocks: (n,), of samples that are not independent; see `evaluation`.
    """
    plain = {"roc_auc": roc_auc, "average_precision": average_precision}[measure]
    best = max(baselines, key=lambda key: plain(truth, baselines[key]))
    ours = repeated(truth, network, measure, seed, blocks)
    others = repeated(truth, baselines[best], measure, seed, blocks)  # by the seed the same samples
    counts = counted_blocks(truth, blocks)
    difference = interval(ours[0] - others[0], ours[1] - others[1], counts, lowest=-1.0)
    outcome = "better" if difference.low > 0 else "worse" if difference.high < 0 else "equal"
    anomalies = int(truth.sum())
    return Verdict(
        measure, interval(*ours, counts), best, interval(*others, counts), difference, outcome,
        anomalies, len(truth) - anomalies, counts,
    )  # fmt: skip


def sentence(verdict: Verdict, network: str, baseline: str) -> str:
    """A verdict in words, also when it is against the network.

    Args:
        network, baseline: what the two are called, as at the beginning of a sentence.
    """
    name = {"roc_auc": "ROC AUC", "average_precision": "average precision"}[verdict.measure]
    ours, other, by = verdict.network, verdict.other, verdict.difference
    figures = f"{name} {ours.value:.3f} against {other.value:.3f}"
    bounds = [f"{each:+.3f}".replace("-", "−") for each in (by.value, by.low, by.high)]
    span = "difference {}, 95% interval {} to {}".format(*bounds)
    if not baseline[:2].isupper():  # an abbreviation
        baseline = baseline[:1].lower() + baseline[1:]
    if verdict.outcome == "better":
        return f"{network} is better than the best baseline, {baseline}: {figures} ({span})."
    if verdict.outcome == "worse":
        return (
            f"{network} is worse than {baseline}, which needs no network: {figures} ({span}). "
            "Use the baseline, or try another type or score."
        )
    equal = f"{network} and the best baseline, {baseline}, cannot be told apart"
    if verdict.blocks is None:
        both = f"{verdict.anomalies:,} anomalies and {verdict.normal:,} normal samples"
        return f"{equal} on {both}: {figures} ({span})."
    events, stretches = verdict.blocks
    if min(verdict.blocks) < LEAST_BLOCKS:
        what = "events" if events < LEAST_BLOCKS else "normal stretches as long as a window"
        few = f"there are too few {what}, {min(verdict.blocks)} of at least {LEAST_BLOCKS}"
        return f"{equal}: {few} ({figures})."
    return f"{equal} on {events:,} events and {stretches:,} normal stretches: {figures} ({span})."
