"""Clusters and whole steps as bits, and back: ANS coding under a prior of codes.

constriction works in fixed point, so that what was written is read again exactly.
"""

from typing import Any

import numpy as np

from aecore.compression.prior import NARROWEST, Prior

MOST_STEPS = 2**20  # away from a centre
WORD = 4  # bytes
SEAL = np.array([255], np.uint32)  # lies below all: who reads more than was written reads it, too


def write_steps(
    prior: Prior, clusters: np.ndarray, steps: np.ndarray, step: float, reach: int
) -> bytes:
    """Clusters (n,) and whole steps (n, d) as bytes.

    Args:
        reach: no step is further from 0.
    """
    stream = entropy_coding()
    coder = stream.stack.AnsCoder(SEAL)  # a stack: what is read first is written last
    flat = np.ascontiguousarray(steps.reshape(-1), np.int32)
    coder.encode_reverse(flat, _distances(prior, reach), *_of_each(prior, clusters, step))
    if len(prior.shares) > 1:
        coder.encode_reverse(np.ascontiguousarray(clusters, np.int32), _clusters(prior))
    words = coder.get_compressed()
    return words.astype("<u4").tobytes().rstrip(b"\0")


def read_steps(
    prior: Prior, content: bytes, count: int, step: float, reach: int
) -> tuple[np.ndarray, np.ndarray, bool]:
    """The inverse of `write_steps`, and whether exactly these were written.

    Args:
        count: n.
    """
    stream = entropy_coding()
    canonical = content.rstrip(b"\0")  # constriction refuses others
    padded = canonical + bytes(-len(canonical) % WORD)
    coder = stream.stack.AnsCoder(np.frombuffer(padded, "<u4").astype(np.uint32))
    clusters = np.zeros(count, np.int32)
    if len(prior.shares) > 1:
        clusters = coder.decode(_clusters(prior), count)
    flat = coder.decode(_distances(prior, reach), *_of_each(prior, clusters, step))
    whole = canonical == content and np.array_equal(coder.get_compressed(), SEAL)
    return clusters, flat.reshape(count, -1), whole


def _clusters(prior: Prior):
    stream = entropy_coding()
    return stream.model.Categorical(prior.shares, perfect=False)


def _distances(prior: Prior, reach: int):
    stream = entropy_coding()
    gaussian = prior.shape == "gaussian"
    made = stream.model.QuantizedGaussian if gaussian else stream.model.QuantizedLaplace
    return made(-reach, reach)


def _of_each(prior: Prior, clusters: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Centre and spread of the distribution of each number, in steps."""
    spreads = np.maximum(prior.spreads[clusters] / step, NARROWEST).reshape(-1)
    return np.zeros_like(spreads), spreads


def entropy_coding() -> Any:
    """The module of constriction that codes streams of symbols."""
    import constriction  # which makes its modules as it is loaded

    return constriction.stream  # type: ignore[attr-defined]
