"""Whether samples are copies of training data: a test against data that was not learnt."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.generation.measures import distances

CHUNK_VALUES = 2**25  # distances at a time
DOUBT = 1.96  # standard errors: an interval of 95%
SAME = 0.1  # of the median distance of test samples: what is nearer is as good as the same
MOST_DOUBT = 0.5  # half the width of an interval that still tells something
MANY = 0.5  # copies: no decoder brings so many samples nearer to its training data without them
MOST_COPIES = 0.05  # share of samples that may be copies, as far as the test can tell


@dataclass(frozen=True)
class Memorising:
    """Distances of generated samples to training data, beside those of test data.

    made (n,), test (k,): the distance of each to the nearest training sample. nearer: the share of
    generated samples whose nearest real sample is a training sample and no unseen one; expected:
    that share if nothing was memorised. distinct: how many generated samples are as telling as all
    of them, many of which may have one and the same nearest real sample.
    """

    made: np.ndarray
    test: np.ndarray
    nearer: float
    expected: float
    distinct: float

    @property
    def copies(self) -> float:
        """The share of copies that would explain `nearer`; not negative.

        A decoder that fits its training data better than others may explain some of it, too.
        """
        return max(0.0, (self.nearer - self.expected) / (1 - self.expected))

    @property
    def doubt(self) -> float:
        """Half the width of the 95% interval of that share."""
        spread = np.sqrt(self.expected * (1 - self.expected) / self.distinct)
        return float(DOUBT * spread / (1 - self.expected))

    @property
    def most(self) -> float:
        """The largest share of copies within the 95% interval: more can be excluded."""
        return min(1.0, self.copies + self.doubt)

    @property
    def telling(self) -> bool:
        """Whether there are enough samples for copies to be told from chance."""
        return self.doubt <= MOST_DOUBT

    @property
    def least(self) -> float:
        """The smallest share of copies within that interval; not negative."""
        return max(0.0, self.copies - self.doubt)

    @property
    def same(self) -> float:
        """The share of samples that are a training sample but for a tenth of the usual distance."""
        return self._same(self.made)

    @property
    def usual_same(self) -> float:
        """The same share of test samples: data may hold a sample more than once."""
        return self._same(self.test)

    @property
    def certain(self) -> bool:
        """Whether some are copies beyond doubt: all but identical ones, or too many to explain."""
        return self.same - self.usual_same > MOST_COPIES or self.least > MANY

    @property
    def passed(self) -> bool:
        """Whether the share of copies is not certainly above 5%, by either measure."""
        return self.least <= MOST_COPIES and not self.certain

    def _same(self, distances: np.ndarray) -> float:
        return float(np.mean(distances <= SAME * np.median(self.test)))


def memorising(
    made: np.ndarray,
    training: np.ndarray,
    unseen: np.ndarray,
    test: np.ndarray,
    tell: Callable[[float], None] = lambda share: None,
) -> Memorising:
    """Tests samples (n, ...) for copies of training data.

    Training samples (t, ...) and unseen ones (u, ...) come from the same source: if none was
    memorised, the one nearest to a generated sample is of training with a chance of t / (t + u).
    That holds however smooth the samples are, while smooth ones lie nearer to everything.

    Args:
        test: real samples (k, ...) that were not learnt, for the distances beside.
        tell: is told the share that is done; it may raise to end this.
    """
    (seen, first), (others, second) = nearest(made, training, tell), nearest(made, unseen)
    expected = len(training) / (len(training) + len(unseen))
    nearer = float((seen < others).mean()) + float((seen == others).mean()) / 2
    places = np.where(seen < others, first, len(training) + second)
    times = np.unique(places, return_counts=True)[1]
    distinct = float(len(made) ** 2 / np.square(times).sum())
    return Memorising(seen, nearest(test, training)[0], nearer, expected, distinct)


def nearest(
    samples: np.ndarray, others: np.ndarray, tell: Callable[[float], None] = lambda share: None
) -> tuple[np.ndarray, np.ndarray]:
    """Of each sample (n, ...) the Euclidean distance to the nearest of others, and its place.

    A missing value (NaN) counts as 0, the mean of its column or channel.

    Args:
        tell: as of `memorising`.
    """
    rows, columns = (flat(each) for each in (samples, others))
    size = max(1, CHUNK_VALUES // max(1, len(columns)))
    squares, places = [], []
    for at in range(0, len(rows), size):
        tell(at / len(rows))
        found = distances(rows[at : at + size], columns)
        places.append(found.argmin(axis=1))
        squares.append(found[np.arange(len(found)), places[-1]])
    return np.sqrt(np.concatenate(squares)), np.concatenate(places)


def flat(samples: np.ndarray) -> np.ndarray:
    """Samples (n, ...) as rows (n, values), 0 where a value is missing."""
    return np.nan_to_num(np.asarray(samples, np.float32).reshape(len(samples), -1))
