"""A codec: codes turned so that equal steps change samples equally, and their prior.

The numbers of a code are correlated, and a change of one changes a sample more than that of
another. So codes are measured by what their changes do to decoded training samples (the mean of
JᵀJ of the decoder, J its Jacobian), and turned to the principal axes of this measure. There one
step serves all numbers; of a linear decoder this is PCA.
"""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore.compression.prior import SHAPES, Prior, fit_prior
from aecore.data.kinds import kind_of
from aecore.data.refusal import Refusal

LARGEST_STEP, PER_HALVING, LEVELS = 64.0, 4, 96  # four levels halve the step
KNOWN = 6_000  # training codes that a prior is fitted to
CHECKED = 1_000  # validation codes it is chosen by
PROBED, PROBED_VALUES = 256, 2**25  # codes at which the decoder's Jacobian is taken
NUDGE = 0.1  # of a number's standard deviation
MOST_AXES = 256
PART = 2**20  # numbers of codes worked on at a time: some are held in double precision
NEGLIGIBLE = 1e-6  # of the largest variance
EXACT = 1e-3  # of the variance of samples: no file is to come much closer
MARGIN = 4.0  # new codes lie at most so many times as far away as training codes, or are clipped
LOSS = 0.5  # dB that the usual step loses of what the model can do, at most

Decode = Callable[[np.ndarray], np.ndarray]  # codes (n, d) → samples (n, ...)


class CodecRefused(Refusal):
    """A codec cannot be made, or does not fit; the text says why."""


def step_of(level: int) -> float:
    """The step of a level, in units of the distance between images."""
    return LARGEST_STEP * 2.0 ** (-level / PER_HALVING)


@dataclass(frozen=True)
class Codec:
    """mean (d,), forward (d, r) and backward (r, d) of codes; the prior of turned codes.

    reach: how far turned codes are from their centres at most. usual: a level. levels: the first
    and the last one that make sense. digest: of the model's weights and of all this.
    """

    mean: np.ndarray
    forward: np.ndarray
    backward: np.ndarray
    prior: Prior
    reach: float
    usual: int
    levels: tuple[int, int]
    digest: str = ""

    def turned(self, codes: np.ndarray) -> np.ndarray:
        """Codes (n, d) on the codec's axes, (n, r)."""
        flat = codes.reshape(len(codes), -1)
        return (flat - self.mean) @ self.forward

    def back(self, turned: np.ndarray) -> np.ndarray:
        """The inverse of `turned`, as far as the axes hold it."""
        return (turned @ self.backward + self.mean).astype(np.float32)

    def quantised(self, codes: np.ndarray, level: int) -> tuple[np.ndarray, np.ndarray]:
        """Clusters (n,) and whole steps (n, r) of codes (n, d)."""
        most, found = self.most_steps(level), []
        for rows in _parts(len(codes), len(self.mean)):
            clusters, steps = self.prior.quantise(self.turned(codes[rows]), step_of(level))
            found.append((clusters, np.clip(steps, -most, most)))
        clusters, steps = map(np.concatenate, zip(*found, strict=True))
        return clusters, steps

    def restored(self, clusters: np.ndarray, steps: np.ndarray, level: int) -> np.ndarray:
        """Codes (n, d) as they come back."""
        step = step_of(level)
        parts = (
            self.back(self.prior.restore(clusters[rows], steps[rows], step))
            for rows in _parts(len(steps), len(self.mean))
        )
        return np.concatenate(list(parts))

    def most_steps(self, level: int) -> int:
        """How many steps a code is from its cluster's centre at most."""
        return int(min(np.ceil(self.reach / step_of(level)) + 1, 2**20))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for an .npz file."""
        prior = self.prior
        return {
            "mean": self.mean, "forward": self.forward, "backward": self.backward,
            "shares": prior.shares, "centres": prior.centres, "spreads": prior.spreads,
            "shape": np.array(SHAPES.index(prior.shape)), "reach": np.array(self.reach),
            "levels": np.array([self.usual, *self.levels]), "digest": np.array(self.digest),
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_arrays`.

        Raises:
            CodecRefused: something is missing or of the wrong shape.
        """
        try:
            a = arrays
            prior = Prior(SHAPES[int(a["shape"])], a["shares"], a["centres"], a["spreads"])
            usual, first, last = map(int, a["levels"])
            found = cls(a["mean"], a["forward"], a["backward"], prior, float(a["reach"]), usual,
                        (first, last), str(a["digest"]))  # fmt: skip
            (d, r), k = found.forward.shape, len(prior.shares)
            shapes = (found.mean.shape, found.backward.shape, prior.centres.shape)
            sound = shapes == ((d,), (r, d), (k, r)) and prior.spreads.shape == (k, r)
        except (KeyError, ValueError, TypeError, IndexError) as problem:
            raise CodecRefused("The codec is incomplete: {}.", repr(problem)) from problem
        if not sound or not 0 <= first <= usual <= last < LEVELS:
            raise CodecRefused("The codec is incomplete: its arrays do not fit each other.")
        return found


def _parts(count: int, size: int) -> list[slice]:
    """Slices of so many codes of a size, which are worked on together."""
    part = max(1, PART // size)
    return [slice(at, at + part) for at in range(0, count, part)]


def digest_of(weights: list[np.ndarray], codec: Codec) -> str:
    """Twelve hexadecimal digits that tell a model with its codec from any other."""
    hashed = hashlib.sha256()
    arrays = codec.to_arrays()
    del arrays["digest"]
    for each in (*weights, *(arrays[name] for name in sorted(arrays))):
        hashed.update(np.ascontiguousarray(each).tobytes())
    return hashed.hexdigest()[:12]


def fit_codec(
    decode: Decode, known: np.ndarray, validation: np.ndarray, samples: np.ndarray
) -> Codec:
    """The codec of codes.

    Args:
        decode: the decoder.
        known: training codes (n, d). validation: validation codes (m, d), of samples (m, ...).

    Raises:
        CodecRefused: the codes do not vary.
    """
    known, validation = (each.reshape(len(each), -1) for each in (known, validation))
    known, validation, samples = known[:KNOWN], validation[:CHECKED], samples[:CHECKED]
    mean = known.mean(axis=0, dtype=np.float64)
    forward, backward = _axes(decode, known, mean)
    turned, checked = ((each - mean) @ forward for each in (known, validation))
    spread = float(np.sqrt(turned.var(axis=0).max()))
    outputs = decode(validation)
    values = outputs[0].size
    best = max(_error(samples, outputs), EXACT * float(np.nanvar(samples))) * values
    first = _level(2 * spread)
    last = max(first + 4, _level(np.sqrt(12 * 0.02 * max(best, 1e-9) / turned.shape[1])))
    middle = step_of((first + last) // 2)
    prior = fit_prior(turned, checked, middle)
    reach = float(np.abs(turned).max() + np.abs(prior.centres).max()) * MARGIN
    plain = (mean.astype(np.float32), forward.astype(np.float32), backward.astype(np.float32))
    codec = Codec(*plain, prior, reach, last, (first, last))

    def good(level: int) -> bool:
        again = decode(codec.restored(*codec.quantised(validation, level), level))
        return _error(samples, again) * values <= best * 10 ** (LOSS / 10)

    level = level_for(codec, good)
    return codec if level is None else dataclasses.replace(codec, usual=level)


def _error(samples: np.ndarray, outputs: np.ndarray) -> float:
    """Mean squared error per known value."""
    if kind_of(samples.shape[1:]).bounded:
        outputs = np.clip(outputs, 0, 1)
    return float(np.nanmean(np.square(outputs - samples)))


def level_for(codec: Codec, good: Callable[[int], bool]) -> int | None:
    """The coarsest level that is good enough, given that finer ones are better; None if none is."""
    low, high = codec.levels
    if not good(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if good(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _level(step: float) -> int:
    level = round(PER_HALVING * np.log2(LARGEST_STEP / max(step, 1e-9)))
    return int(np.clip(level, 0, LEVELS - 5))


def _axes(decode: Decode, codes: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Forward (d, r) and backward (r, d), the axis that changes images most first."""
    root, inverse = _root(_sensitivity(decode, codes))
    centred = codes - mean
    variances, axes = np.linalg.eigh(root @ (centred.T @ centred / len(codes)) @ root)
    order = np.argsort(-variances)[:MOST_AXES]
    kept = order[variances[order] > NEGLIGIBLE * max(variances.max(), 1e-12)]
    if not len(kept):
        raise CodecRefused("All samples have the same code: there is nothing to store.")
    return root @ axes[:, kept], axes[:, kept].T @ inverse


def _sensitivity(decode: Decode, codes: np.ndarray) -> np.ndarray:
    """The mean of JᵀJ over some codes, (d, d), by central differences."""
    size, values = codes.shape[1], decode(codes[:1]).size
    count = int(np.clip(PROBED_VALUES // (size * values), 8, PROBED))
    probed = codes[: min(count, len(codes))].astype(np.float32)
    nudges = NUDGE * np.maximum(codes.std(axis=0), 1e-3).astype(np.float32)
    slopes = np.empty((size, len(probed) * values), np.float32)
    for at in range(size):
        moved = np.zeros(size, np.float32)
        moved[at] = nudges[at]
        change = decode(probed + moved) - decode(probed - moved)
        slopes[at] = change.reshape(-1) / (2 * nudges[at])
    return (slopes @ slopes.T).astype(np.float64) / len(probed)


def _root(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The symmetric square root of a matrix, and the inverse of it where it has one."""
    values, axes = np.linalg.eigh(matrix)
    roots = np.sqrt(np.maximum(values, 0))
    kept = roots > 1e-4 * roots.max()
    inverses = np.where(kept, 1 / np.where(kept, roots, 1), 0)
    return (axes * roots) @ axes.T, (axes * inverses) @ axes.T
