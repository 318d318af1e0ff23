"""Whether a code is worth more than what needs no network, in words too."""

from dataclasses import dataclass

from aecore.transfer.classifiers import LINEAR
from aecore.transfer.comparing import Mean, difference, mean
from aecore.transfer.few_labels import FewLabels
from aecore.transfer.representations import BASELINES, CODE

TOLD = 100  # labels: the number for which the verdict is given, or the next smaller one


@dataclass(frozen=True)
class Verdict:
    """The code against the better of the baselines, on the same draws, as shares of right answers.

    count: of labels. baseline: a key of `BASELINES`. by: the code less the baseline.
    """

    count: int
    code: Mean
    baseline: str
    other: Mean
    by: Mean


def verdict(found: FewLabels, way: str = LINEAR) -> Verdict:
    """The verdict for about a hundred labels."""
    at = max((i for i, count in enumerate(found.counts) if count <= TOLD), default=0)
    drawn = {name: found.accuracies[name][way][at] for name in (CODE, *BASELINES)}
    best = max(BASELINES, key=lambda name: mean(drawn[name]).value)
    return Verdict(
        found.counts[at],
        mean(drawn[CODE]),
        best,
        mean(drawn[best]),
        difference(drawn[CODE], drawn[best]),
    )


def sentence(found: Verdict, names: dict[str, str], samples: str) -> str:
    """A verdict in words, also when it is against the code.

    Args:
        names: representation → what it is called within a sentence. samples: such as "images".
    """
    other = names[found.baseline]
    shares = (
        f"{found.code.value:.1%} of the test {samples} are classified correctly against "
        f"{found.other.value:.1%} (difference {points(found.by)})"
    )
    start = f"With {found.count:,} labels, a linear classifier on the code is"
    if found.by.outcome == "better":
        return f"{start} better than on {other}, the better baseline: {shares}."
    if found.by.outcome == "worse":
        return (
            f"{start} worse than on {other}, which needs no network: {shares}. For this task the "
            "code loses what matters; use the baseline, or try another type."
        )
    return f"{start} neither better nor worse than on {other}, the better baseline: {shares}."


def points(by: Mean) -> str:
    """A difference of shares in words: '+3.2 points, 95% interval +1.0 to +5.4'."""
    told = f"{100 * by.value:+.1f} points"
    if by.half != by.half:  # of a single draw
        return told
    low, high = by.value - by.half, by.value + by.half
    return f"{told}, 95% interval {100 * low:+.1f} to {100 * high:+.1f}"
