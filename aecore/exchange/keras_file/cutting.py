"""A foreign model cut in two: the same layers and weights as encoder and decoder."""

import math

import numpy as np

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.anatomy import dissect, times
from aecore.exchange.keras_file.placing import give
from aecore.exchange.keras_file.ranges import Conversion, Ends
from aecore.exchange.keras_file.trace import Step, check_size, trace
from aecore.models.base import connect

Shape = tuple[int, ...]
_OWN_NAMES = (
    *("image", "code", "as_model_takes", "code_flat", "code_maps", "as_image"),
    *("to_learned_range", "from_learned_range"),
)


def cut(model, at: int, shape: Shape, ends: Ends | None = None, distribution=None):
    """The autoencoder that results from cutting a plain model after its layer `at`.

    Args:
        model: the result of `build`.
        at: one of `dissect(model).cuts`.
        shape: of the samples: images (height, width, channels) in [0, 1], rows, or windows.
        ends: how values are converted to the range that the model learned, and back.
        distribution: sample → [mean, log-variance], which the encoder is to give instead of a code.

    Returns:
        A `keras.Model` as `Autoencoder.build` gives it: sub-models `encoder` and `decoder`,
        codes (n, code_size). Layers are copies with the same weights.

    Raises:
        FileRefused: samples of this shape do not fit the model, or it cannot be cut there.
    """
    import keras

    inner = _fitting(model, shape)
    check_size(model, inner)
    if at not in dissect(model, shape).cuts:
        raise FileRefused("The model cannot be cut there: a connection bypasses this layer.")
    found = trace(model, inner)
    middle = found.steps[at]
    image = keras.Input(shape, name="image")
    x = _converted(image, ends and ends.into, "to_learned_range")
    if inner != shape:
        x = keras.layers.Reshape(inner, name="as_model_takes")(x)
    if distribution is not None:
        both = trace(distribution, inner)
        x = _run(both.steps, {0: x}, *both.outputs)
    else:
        (x,) = _run(found.steps[: at + 1], {0: x}, middle.makes)
        if len(middle.shape) > 1:
            x = keras.layers.Flatten(name="code_flat")(x)
    encoder = keras.Model(image, x, name="encoder")
    code = keras.Input((math.prod(middle.shape),), name="code")
    x = code
    if len(middle.shape) > 1:
        x = keras.layers.Reshape(middle.shape, name="code_maps")(code)
    (x,) = _run(found.steps[at + 1 :], {middle.makes: x}, found.output)
    if tuple(x.shape[1:]) != tuple(shape):
        x = keras.layers.Reshape(shape, name="as_image")(x)
    x = _converted(x, ends and ends.out_of, "from_learned_range")
    return connect(encoder, keras.Model(code, x, name="decoder"))


def _converted(x, conversion: Conversion | None, name: str):
    import keras

    if conversion is None or conversion.changes_nothing:
        return x
    scale, offset = (np.asarray(part).tolist() for part in (conversion.scale, conversion.offset))
    return keras.layers.Rescaling(scale, offset, name=name)(x)


def ways(shape: Shape) -> list[tuple[int, ...]]:
    """The shapes in which a model may take samples of a shape: unchanged, without or with an axis
    for one channel, or in a row."""
    found = [tuple(shape), (math.prod(shape),)]
    if len(shape) == 1:
        found.append((*shape, 1))
    elif shape[-1] == 1:
        found.append(tuple(shape[:-1]))
    return list(dict.fromkeys(found))


def fits(own: tuple, way: tuple[int, ...]) -> bool:
    """Whether a model takes a shape, given its input's own, whose sides may be left open."""
    return len(own) == len(way) and all(
        side in (None, wanted) for side, wanted in zip(own, way, strict=True)
    )


def _fitting(model, shape: Shape) -> tuple[int, ...]:
    own = tuple(model.inputs[0].shape[1:])
    for way in ways(shape):
        if fits(own, way):
            return way
    raise FileRefused("It takes samples of {}, not of {}.", times(own), times(shape))


def _run(steps: list[Step], values: dict, *outputs: int) -> list:
    """Calls copies of the steps' layers, one copy per layer, however often it is called."""
    copies, names = {}, set(_OWN_NAMES)
    for step in steps:
        new = id(step.layer) not in copies
        if new:
            copies[id(step.layer)] = _copy(step.layer, names)
        layer, taken = copies[id(step.layer)], [values[value] for value in step.takes]
        values[step.makes] = layer(taken if step.many else taken[0])
        if new:  # it has weights only now
            give(layer, step.layer.get_weights())
    return [values[output] for output in outputs]


def _copy(layer, names: set[str]):
    """A copy of a layer, with a unique name within its side; its starting values do not matter."""
    config = {k: v for k, v in layer.get_config().items() if not k.endswith("_initializer")}
    name, number = layer.name, 1
    while name in names:
        number += 1
        name = f"{layer.name}_{number}"
    names.add(name)
    return type(layer).from_config(config | {"name": name})
