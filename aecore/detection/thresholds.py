"""Thresholds: above which score a sample is flagged, and what follows from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """A threshold and how it was chosen.

    value: scores above it are flagged. rule: "false alarms" (a wanted share of normal validation
    data, no label used), "cost", "f1" or "hand". wanted: the share of false alarms that was asked
    for; of other rules the one that was found. share: of the normal validation scores above it.
    low, high: an interval of 95 % for the share of false alarms on new normal data. normal: how
    many independent normal validation scores it rests on.
    """

    value: float
    rule: str
    wanted: float
    share: float
    low: float
    high: float
    normal: int
