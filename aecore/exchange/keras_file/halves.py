"""An encoder and a decoder that were saved as two files, joined into one autoencoder."""

import math
from dataclasses import dataclass, replace
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.anatomy import Anatomy, dissect, kind_of, times
from aecore.exchange.keras_file.building import build, build_any, check_ends, is_image
from aecore.exchange.keras_file.reader import PlainHalves, PlainModel
from aecore.exchange.keras_file.trace import check_size, trace
from aecore.models.keras_private import made_by


@dataclass(frozen=True)
class Network:
    """A foreign autoencoder, built.

    model: a `keras.Model` with one image in and one out. seam: of two files, the place among its
    layers where the encoder ends, else None. distribution: of a variational encoder, image →
    [mean, log-variance], else None.
    """

    model: Any
    seam: int | None = None
    distribution: Any = None

    def dissect(self, shape: tuple[int, ...] | None = None) -> Anatomy:
        """See `anatomy.dissect`; proposed is to cut where the encoder ends, if that is known."""
        anatomy = dissect(self.model, shape)
        if self.seam in anatomy.cuts:
            return replace(anatomy, bottleneck=self.seam)
        return anatomy

    def kind_of(self, anatomy: Anatomy, at: int | None = None) -> str:
        """The key of the type that it belongs to if it is cut at a place."""
        at = anatomy.bottleneck if at is None else at
        if self.distribution is not None and at == self.seam:
            return "variational"
        return kind_of(anatomy)


def build_network(plain: PlainModel | PlainHalves) -> Network:
    """The autoencoder of one file, or of an encoder's and a decoder's.

    Raises:
        FileRefused: it holds anything else than plain layers, or the two do not fit together.
    """
    if isinstance(plain, PlainModel):
        return Network(build(plain))
    halves = []
    for name, model in zip(plain.names, plain.models, strict=True):
        try:
            halves.append(_Half(name, model))
        except FileRefused as problem:
            raise FileRefused("{}: {}", name, problem) from problem
    encoder, decoder = _in_order(*halves)
    return _joined(encoder, decoder)


class _Half:
    """A model that may be an encoder or a decoder: the shapes of what it takes and gives."""

    def __init__(self, name: str, plain: PlainModel):
        self.name, self.model = name, build_any(plain)
        self.code, self.log_variance = _outputs(self.model)
        self.takes = tuple(self.model.inputs[0].shape[1:])
        self.gives = tuple(self.code.shape[1:])
        config = plain.config.get("config")
        own = config.get("name") if isinstance(config, dict) else None
        self.called = f"{name} {own}".lower()

    def fits(self, decoder: "_Half") -> bool:
        """Whether a decoder takes what it gives, and gives images as large as it takes."""
        ends = (self.takes, decoder.gives)
        same = any(None in end for end in ends) or math.prod(ends[0]) == math.prod(ends[1])
        return same and all(map(is_image, ends)) and _alike(self.gives, decoder.takes)

    @property
    def words(self) -> str:
        """Both shapes, for a sentence that begins with its name."""
        return f"takes {times(self.takes)} numbers and gives {times(self.gives)}"


def _alike(one: tuple, other: tuple) -> bool:
    return len(one) == len(other) and all(
        None in sides or sides[0] == sides[1] for sides in zip(one, other, strict=True)
    )


def _outputs(model) -> tuple:
    """The output that is the code, and the log-variance of a variational encoder's, or None.

    As in Keras' own example, such an encoder gives the mean, the log-variance and a sample.
    """
    mean, *others = model.outputs
    if not others:
        return mean, None
    spread = others[0]
    if len(mean.shape) != 2 or any(tuple(other.shape) != tuple(mean.shape) for other in others):
        gives = ", ".join(times(output.shape[1:]) for output in model.outputs)
        raise FileRefused(
            "It has {} outputs ({} numbers); only a variational encoder may have more than one: "
            "a mean and a log-variance of the same size, and a sample.",
            len(model.outputs),
            gives,
        )
    if "var" in made_by(mean)[0].name.lower() and "mean" in made_by(spread)[0].name.lower():
        mean, spread = spread, mean
    activation = getattr(made_by(spread)[0], "activation", None)
    linear = getattr(activation, "__name__", "linear") == "linear"
    return mean, spread if linear else None  # a softplus gives deviations, no logarithms


def _in_order(first: _Half, second: _Half) -> tuple[_Half, _Half]:
    """Which of two is the encoder.

    784 → 32 → 784 fits the other way round too, as 32 → 784 → 32.
    """
    fitting = [pair for pair in ((first, second), (second, first)) if pair[0].fits(pair[1])]
    if not fitting:
        raise _unfit(first, second)

    def likely(pair: tuple[_Half, _Half]):
        encoder, decoder = pair
        named = ("decoder" in decoder.called) - ("decoder" in encoder.called)
        image, code = encoder.takes, encoder.gives
        return named, len(image) > 1, math.prod(s or 1 for s in image) > math.prod(
            s or 1 for s in code
        )  # fmt: skip

    return max(fitting, key=likely)


def _unfit(first: _Half, second: _Half) -> FileRefused:
    return FileRefused(
        "They do not fit together: {} {}, {} {}. The decoder must take what the encoder gives, "
        "and give images of the size that the encoder takes.",
        first.name,
        first.words,
        second.name,
        second.words,
    )


def _joined(encoder: _Half, decoder: _Half) -> Network:
    import keras

    if len(decoder.model.outputs) > 1:
        raise FileRefused(
            "{}: It has {} outputs; a decoder of images gives one.",
            decoder.name,
            len(decoder.model.outputs),
        )
    image = encoder.model.inputs[0]
    first = keras.Model(image, encoder.code, name="encoder")
    second = keras.Model(decoder.model.inputs[0], decoder.code, name="decoder")
    taken = keras.Input(encoder.takes, name="image")
    try:
        model = keras.Model(taken, second(first(taken)))
    except Exception as problem:  # sides that were left open
        raise _unfit(encoder, decoder) from problem
    check_ends(model)
    check_size(model)
    distribution = None
    if encoder.log_variance is not None:
        distribution = keras.Model(image, [encoder.code, encoder.log_variance], name="encoder")
    return Network(model, len(trace(first).steps) - 1, distribution)
