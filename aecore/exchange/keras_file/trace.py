"""Traces a model: every call of a layer, in the order of computation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.sequences import RECURRENT
from aecore.models.keras_private import walk

MOST_VALUES = 8_000_000  # values per image in one layer
MOST_VALUES_TOGETHER = 100_000_000  # in all layers
MOST_WORK = 50e9  # multiplications per image
KERNELS = (
    "Dense",
    *("Conv2D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D"),
    *("Conv1D", "Conv1DTranspose", "SeparableConv1D", "DepthwiseConv1D"),
    *(*RECURRENT, "Bidirectional"),
)
_OF_INPUTS = ("Conv2DTranspose", "Conv1DTranspose")


@dataclass(frozen=True)
class Step:
    """One call of a layer: the indices of its inputs and outputs; value 0 is the image."""

    layer: Any
    takes: tuple[int, ...]
    many: bool  # whether the layer takes a list
    makes: int
    shape: tuple  # of its outputs, without the batch


@dataclass
class Trace:
    """The steps from the image to `outputs`, the indices of the last values."""

    steps: list[Step] = field(default_factory=list)
    outputs: tuple[int, ...] = (0,)

    @property
    def output(self) -> int:
        """The first value that comes out."""
        return self.outputs[0]


def trace(model, shape: tuple | None = None) -> Trace:
    """Traces a model and its nested models with shapes alone.

    Args:
        model: a plain `keras.Model` with one input.
        shape: of the image, without the batch; the model's own if None.
    """
    import keras

    found, numbers, alive = Trace(), {}, []

    def record(layer):
        def call(inputs, **_):
            many = isinstance(inputs, list | tuple)
            takes = tuple(numbers[id(x)] for x in (inputs if many else [inputs]))
            output = layer.compute_output_spec(inputs)
            made = keras.KerasTensor(output.shape, output.dtype)
            alive.append(made)  # otherwise another tensor could get its id
            numbers[id(made)] = len(alive) - 1
            found.steps.append(Step(layer, takes, many, len(alive) - 1, tuple(made.shape[1:])))
            return made

        return call

    def opened(operation):
        if isinstance(operation, keras.Sequential):
            return lambda inputs, **_: _chain(operation.layers, inputs, opened)
        if isinstance(operation, keras.Model):
            return lambda inputs, **_: walk(operation, inputs, opened)
        return record(operation)

    image = keras.KerasTensor((None, *(shape or model.inputs[0].shape[1:])), "float32")
    alive.append(image)
    numbers[id(image)] = 0
    output = opened(model)(image)
    outputs = output if isinstance(output, list | tuple) else [output]
    found.outputs = tuple(numbers[id(one)] for one in outputs)
    return found


def _chain(layers, inputs, opened):
    for layer in layers:
        inputs = opened(layer)(inputs)
    return inputs


def check_size(model, shape: tuple | None = None) -> None:
    """Refuses models with far too many values or operations, before anything is computed.

    Sides that the model leaves open count as 1 unless `shape` gives them.

    Raises:
        FileRefused: says what is too large.
    """
    together, work = 0, 0.0
    found = trace(model, shape)
    shapes = {0: shape or model.inputs[0].shape[1:]} | {s.makes: s.shape for s in found.steps}
    for step in found.steps:
        sides = _sides(step.shape)
        values = math.prod(sides)
        together += values
        if values > MOST_VALUES or together > MOST_VALUES_TOGETHER:
            raise FileRefused("It computes far too many numbers per image.")
        if type(step.layer).__name__ == "Rescaling":
            _check_constants(step)
        if type(step.layer).__name__ in KERNELS:
            work += multiplications(step, _sides(shapes[step.takes[0]]))
    if work > MOST_WORK:
        raise FileRefused("It takes far too long for one image.")


def multiplications(step: Step, taken: Sequence[int]) -> float:
    """About what a layer of `KERNELS` multiplies for one sample; taken: the shape of its input."""
    kind = type(step.layer).__name__
    # where its weights apply: at each of its inputs, or of its outputs
    each = taken if kind in (*_OF_INPUTS, *RECURRENT, "Bidirectional") else _sides(step.shape)
    return math.prod(each[:-1]) * float(step.layer.count_params())


def _sides(shape: tuple) -> list[int]:
    return [1 if side is None else side for side in shape]


def _check_constants(step: Step) -> None:
    """Constants must not enlarge the output beyond the shape that Keras reports."""
    for constant in (step.layer.scale, step.layer.offset):
        sides, own = np.shape(constant), (1, *step.shape)
        fit = zip(sides[::-1], own[::-1], strict=False)
        if len(sides) > len(own) or any(side not in (1, real) for side, real in fit):
            raise FileRefused("A constant in it does not have the shape of what it is applied to.")
