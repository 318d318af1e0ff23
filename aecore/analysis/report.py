"""The report of a run: its model measured on test images.

Pages draw their figures from it, without a model.
"""

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore.analysis.architecture import Architecture, describe
from aecore.analysis.latent import LatentMap, latent_map
from aecore.analysis.particulars import particulars
from aecore.analysis.reconstruction import encode, measure, reconstruct, squared_errors
from aecore.analysis.rows import ColumnErrors, part_errors
from aecore.data.corruption import corrupt
from aecore.data.kinds import Kind, kind_of
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

    metrics: means over all test samples: mse, and sse, bce, psnr, ssim of images, mixed, r2 and
    accuracy of rows, r2 of windows; further metrics of the type, and the seconds of training.
    errors, labels (n,): mean squared error per pixel or known value, and class, of every test
    sample.
    shown (m,): indices of the images to be shown; firsts (classes,) and chosen (10,) index
    into them: the first image of each class, and a random choice.
    clean, inputs, outputs (m, h, w, c): these images, 8-bit; inputs are empty if not corrupted.
    Rows (m, width) and windows (m, steps, channels) are prepared floats, NaN where missing.
    mapped (k,): indices of the images on the map; pictures (k, h', w', c), 8-bit, reduced to 96
    pixels per side where they are larger.
    latent: the map of their codes.
    parts: of a table or a series, errors by column or channel over all test samples; else None.
    starts (n,): the steps at which the test windows of a series begin; else empty.
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
    parts: ColumnErrors | None = None
    starts: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def kind(self) -> Kind:
        """The kind of its samples."""
        return kind_of(self.clean.shape[1:])

    @property
    def sample_errors(self) -> np.ndarray:
        """The error of every test sample as pages show it, (n,); its kind says what it is."""
        return self.errors * self.kind.error.factor(self.clean.shape[1:])

    @property
    def error(self) -> float:
        """Their mean."""
        return self.metrics[self.kind.error.metric]

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for an .npz file."""
        words = {"metrics": self.metrics, "architecture": self.architecture.to_dict()}
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        latent = {f"latent_{name}": value for name, value in vars(self.latent).items()}
        parts = vars(self.parts).items() if self.parts else ()
        further = {f"parts_{name}": value for name, value in parts}
        if len(self.starts):
            further["starts"] = self.starts
        return {"words": np.array(json.dumps(words)), **arrays, **latent, **further}

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
            further: dict = {}
            if "parts_scores" in arrays:
                names = ColumnErrors.__dataclass_fields__
                further["parts"] = ColumnErrors(*(arrays[f"parts_{name}"] for name in names))
            if "starts" in arrays:
                further["starts"] = arrays["starts"]
            return cls(
                metrics=words["metrics"],
                architecture=Architecture.from_dict(words["architecture"]),
                latent=LatentMap(**latent),
                **{name: arrays[name] for name in _ARRAYS},
                **further,
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
    if name not in ("metrics", "architecture", "latent", "parts", "starts")
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
    parts = part_errors(test.images, outputs, layout)
    return Report(
        metrics=measure(test.images, outputs, layout, parts)
        | particulars(key, model, inputs)
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
        parts=parts,
        starts=test.starts,
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
