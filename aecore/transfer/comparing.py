"""Means over draws with their intervals, and which of two is better."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# of Student's t distribution: 97.5% lie below, by the number of draws
QUANTILES = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}


@dataclass(frozen=True)
class Mean:
    """The mean over draws, and half the width of its 95% interval; NaN for a single draw."""

    value: float
    half: float

    @property
    def outcome(self) -> str:
        """Of a difference: "better", "worse", or "equal" where the interval has zero in it."""
        if np.isnan(self.half):
            return "better" if self.value > 0 else "worse" if self.value < 0 else "equal"
        if abs(self.value) <= self.half:
            return "equal"
        return "better" if self.value > 0 else "worse"


def mean(values: Sequence[float] | np.ndarray) -> Mean:
    """The mean of one to five draws, with the interval of Student's t distribution."""
    drawn, count = np.asarray(values, float), len(values)
    if count < 2:
        return Mean(float(drawn.mean()), float("nan"))
    error = drawn.std(ddof=1) / np.sqrt(count)
    return Mean(float(drawn.mean()), float(QUANTILES[count] * error))


def difference(ours: Sequence[float], others: Sequence[float]) -> Mean:
    """The mean difference between two on the same draws, paired by draw."""
    return mean(np.subtract(ours, others))
