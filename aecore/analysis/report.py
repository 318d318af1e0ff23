"""The report of a run: its model measured on test images.

Pages draw their figures from it, without a model.
"""

import json
import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore.analysis.architecture import Architecture, describe
from aecore.analysis.latent import LatentMap, latent_map
from aecore.analysis.particulars import particulars
from aecore.analysis.reconstruction import encode, measure, reconstruct, squared_errors
from aecore.data.corruption import corrupt
from aecore.data.kinds import kind_of
from aecore.data.refusal import Refusal
from aecore.data.splits import Split

MAPPED = 1000  # test images on the map
EACH = 10  # best, worst and random ones to be shown
EACH_A_CLASS = 5
SHOWN_VALUES = 2**25  # of the images kept to be shown: of large ones fewer are kept
CORRUPTION_SEED = 7


class ReportError(Refusal):
    """Stored arrays are not a report; the text says what is missing."""


@dataclass(frozen=True)
class Report:
    """A model on the test images of its data set.

    metrics: mse, sse, bce, psnr, ssim (means over all test images), further metrics of the type,
    and the seconds of training.
    errors, labels (n,): mean squared error per pixel, and class, of every test image.
    shown (m,): indices of the images to be shown; firsts (classes,) and chosen (10,) index
    into them: the first image of each class, and a random choice.
    clean, inputs, outputs (m, h, w, c): these images, 8-bit; inputs are empty if not corrupted.
    mapped (k,): indices of the images on the map; pictures (k, h', w', c), 8-bit, reduced to 96
    pixels per side where they are larger.
    latent: the map of their codes.
    """

    metrics: dict[str, float]
    architecture: Architecture
    errors: np.ndarray
    labels: np.ndarray
    shown: np.ndarray
    firsts: np.ndarray
    chosen: np.ndarray
    clean: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray
    mapped: np.ndarray
    pictures: np.ndarray
    latent: LatentMap

    @property
    def sse(self) -> np.ndarray:
        """The squared error of every test image, summed over its pixels, (n,)."""
        return self.errors * math.prod(self.clean.shape[1:])

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for an .npz file."""
        words = {"metrics": self.metrics, "architecture": self.architecture.to_dict()}
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        latent = {f"latent_{name}": value for name, value in vars(self.latent).items()}
        return {"words": np.array(json.dumps(words)), **arrays, **latent}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_arrays`.

        Raises:
            ReportError: something is missing or malformed.
        """
        try:
            words = json.loads(str(arrays["words"]))
            arrays = arrays | {"inputs": _corrupted(arrays["inputs"], arrays["clean"])}
            latent = {name: arrays[f"latent_{name}"] for name in LatentMap.__dataclass_fields__}
            return cls(
                metrics=words["metrics"],
                architecture=Architecture.from_dict(words["architecture"]),
                latent=LatentMap(**latent),
                **{name: arrays[name] for name in _ARRAYS},
            )
        except (KeyError, TypeError, ValueError, RecursionError) as problem:
            raise ReportError("The report is incomplete: {}.", repr(problem)) from problem

    def pick(self, which: str, label: int | None = None, count: int = 10) -> np.ndarray:
        """Indices into `shown` of the "best", "worst", "random" or "first" images.

        Args:
            which: best and worst by error; first is one of each class.
            label: only of this class, or None.
            count: of images, at most.
        """
        if which == "first" and label is None:  # filled up where there are few classes
            others = self.chosen[~np.isin(self.chosen, self.firsts)]
            return np.concatenate([self.firsts, others])[:count]
        places = np.arange(len(self.shown))
        if label is not None:
            places = places[self.labels[self.shown] == label]
        elif which == "random":
            places = self.chosen
        if which == "random":
            return np.random.default_rng(0).permutation(places)[:count]
        order = np.argsort(self.errors[self.shown[places]], kind="stable")
        return places[order[::-1] if which == "worst" else order][:count]


def _corrupted(inputs: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """The inputs, or none if they equal the clean images, which earlier versions stored, too."""
    return inputs[:0] if np.array_equal(inputs, clean) else inputs


_ARRAYS = [
    name
    for name in Report.__dataclass_fields__
    if name not in ("metrics", "architecture", "latent")
]


def make_report(
    key: str,
    model,
    corruption: tuple[str, float],
    test: Split,
    seconds: float,
    layout: tuple[int, ...] = (),
) -> Report:
    """Measures a model of a type on test samples, corrupted first by (kind, strength).

    Args:
        layout: of a table, how many values each column has.
    """
    kind = kind_of(test.images.shape[1:])
    inputs = np.asarray(corrupt(test.images, *corruption, CORRUPTION_SEED, layout))
    outputs = reconstruct(model, inputs)
    errors = squared_errors(test.images, outputs)
    most = SHOWN_VALUES // math.prod(test.images.shape[1:])
    shown, firsts, chosen = _choose(errors, test.labels, most)
    mapped = np.arange(min(MAPPED, len(test)))
    codes = encode(model.get_layer("encoder"), inputs[mapped])[0]
    corrupted = corruption[0] != "none" and corruption[1] > 0
    return Report(
        metrics=measure(test.images, outputs, layout)
        | ({} if not kind.bounded else particulars(key, model, inputs))
        | {"seconds": seconds},
        architecture=describe(model),
        errors=errors,
        labels=test.labels,
        shown=shown,
        firsts=firsts,
        chosen=chosen,
        clean=kind.keep(test.images[shown]),
        inputs=kind.keep(inputs[shown] if corrupted else inputs[:0]),
        outputs=kind.keep(outputs[shown]),
        mapped=mapped,
        pictures=kind.reduce(test.images[mapped]),
        latent=latent_map(codes),
    )


def most_shown(shape: tuple[int, ...], classes: int) -> int:
    """At most so many images of a shape, of so many classes, are kept to be shown."""
    most = SHOWN_VALUES // math.prod(shape)
    by_class = min(3 * EACH_A_CLASS * classes, max(0, most - 4 * EACH))
    return 4 * EACH + by_class + min(classes, max(EACH, most // 4))


def _choose(
    errors: np.ndarray, labels: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices to show (sorted), and the positions of the first and the random ones among them.

    Args:
        most: how many are to be shown, about: what is needed for 10 of each kind comes first.
    """
    random = np.random.default_rng(0).permutation(len(errors))
    classes, firsts = np.unique(labels, return_index=True)
    firsts = firsts[: max(EACH, most // 4)]
    a_class = min(EACH_A_CLASS, max(0, (most - 4 * EACH) // (3 * len(classes))))
    groups = [(np.arange(len(errors)), EACH)]
    groups += [(np.flatnonzero(labels == c), a_class) for c in classes if a_class]
    kept = set(firsts.tolist()) | set(random[:EACH].tolist())
    for members, count in groups:
        ranked = members[np.argsort(errors[members], kind="stable")]
        some = random[np.isin(random, members)]
        for part in (ranked[:count], ranked[-count:], some[:count]):
            kept |= set(part.tolist())
    shown = np.array(sorted(kept))
    return shown, np.searchsorted(shown, firsts), np.searchsorted(shown, random[:EACH])
