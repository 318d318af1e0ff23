"""The pixel range on which a foreign model was trained: given, or detected.

Everything here works on pixels in [0, 1]; a model that was trained on another range gets a
converting layer at each end.
"""

from dataclasses import dataclass

import numpy as np

from aecore.runs.origin import PLAIN, RANGES

TRIED_ON = 64  # images
CLEARLY = 0.5  # share of the error in [0, 1], and of the variance, that decides for another range


@dataclass(frozen=True)
class Conversion:
    """For the model, a pixel x in [0, 1] is scale · x + offset."""

    scale: float
    offset: float

    @property
    def back(self) -> "Conversion":
        """The inverse."""
        return Conversion(1 / self.scale, -self.offset / self.scale)


@dataclass(frozen=True)
class Ends:
    """The names of the ranges of a model's inputs and outputs, and how pixels are converted.

    doubtful: whether the model's error is larger than that of a constant grey image.
    """

    takes: str
    gives: str
    into: Conversion
    out_of: Conversion
    doubtful: bool


def find_ends(model, images: np.ndarray, given: str | None = None) -> Ends:
    """Tries the ranges on some images and compares the errors.

    Args:
        model: takes and gives images in its own ranges.
        images: (n, height, width, channels) in [0, 1].
        given: the name of the range that the model takes, if it is known.
    """
    from aecore.analysis.reconstruction import reconstruct

    conversions = _conversions(images)
    images = images[np.random.default_rng(0).permutation(len(images))[:TRIED_ON]]
    errors: dict[tuple[str, str], float] = {}
    for takes in RANGES if given is None else (given,):
        into = conversions[takes]
        outputs = reconstruct(model, (into.scale * images + into.offset).astype(np.float32))
        for gives in RANGES:
            back = conversions[gives].back
            with np.errstate(over="ignore", invalid="ignore"):
                error = float(np.mean((back.scale * outputs + back.offset - images) ** 2))
            errors[takes, gives] = error if np.isfinite(error) else np.inf
    best = min(errors, key=lambda ends: errors[ends])
    plain = (PLAIN, PLAIN)
    variance = float(images.var())
    sure = errors[best] < CLEARLY * min(errors.get(plain, np.inf), variance)
    takes, gives = chosen = best if given is not None or sure else plain
    return Ends(
        takes,
        gives,
        into=conversions[takes],
        out_of=conversions[gives].back,
        doubtful=not errors[chosen] < variance,
    )


def _conversions(images: np.ndarray) -> dict[str, Conversion]:
    mean, deviation = float(images.mean()), float(images.std()) or 1.0
    standard = Conversion(1 / deviation, -mean / deviation)
    known = (Conversion(1, 0), Conversion(255, 0), Conversion(2, -1), standard)
    return dict(zip(RANGES, known, strict=True))
