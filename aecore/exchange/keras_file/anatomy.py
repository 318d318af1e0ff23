"""Where a plain network narrows: the autoencoder in a foreign model."""

import math
from dataclasses import dataclass

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.sequences import RECURRENT
from aecore.exchange.keras_file.trace import KERNELS, Step, Trace, trace

NO_AUTOENCODER = "It takes {} numbers and gives {}: {}"
ADD = "Import it together with the file of its {}."
DECODER = "a decoder without its encoder. " + ADD.format("encoder")
OPEN_SIDE = 64  # pixels assumed for a side that the model leaves open
_AFTER_CODE = (  # these belong to the code layer before them
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
)
_NO_CHANGE = (  # in use
    *("Dropout", "SpatialDropout1D", "SpatialDropout2D", "AlphaDropout", "GaussianDropout"),
    "GaussianNoise",
    *("ActivityRegularization", "Identity", "Flatten", "Reshape", "Permute"),
)
_LINEAR = (
    *(kind for kind in KERNELS if kind not in (*RECURRENT, "Bidirectional")),
    *_NO_CHANGE,
    *("BatchNormalization", "Activation", "Rescaling", "Add", "Subtract", "Average"),
    *("Concatenate", "RepeatVector", "ZeroPadding2D", "Cropping2D", "UpSampling2D"),
    *("AveragePooling2D", "GlobalAveragePooling2D", "AveragePooling1D", "GlobalAveragePooling1D"),
    *("ZeroPadding1D", "Cropping1D", "UpSampling1D"),
)


@dataclass(frozen=True)
class Layer:
    """One call of a layer; `shape` is its output's without the batch, None for an open side."""

    name: str
    kind: str
    shape: tuple[int | None, ...]
    parameters: int
    activation: str = "linear"


@dataclass(frozen=True)
class Anatomy:
    """An autoencoder's layers in order of computation, and where it can be cut in two.

    `cuts` are the layers through which all information passes, with weights on both sides.
    `bottleneck` is the proposed one, `code_sizes` are the latent sizes at each.
    """

    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    layers: tuple[Layer, ...]
    cuts: tuple[int, ...]
    code_sizes: tuple[int, ...]
    bottleneck: int

    @property
    def code_size(self) -> int:
        """The latent size at the bottleneck."""
        return self.code_sizes[self.cuts.index(self.bottleneck)]


def dissect(model, shape: tuple[int, ...] | None = None) -> Anatomy:
    """Finds encoder and decoder in a plain model.

    Args:
        model: the result of `build`, or any plain model with one input and output.
        shape: of the images, if the model leaves their sides open.

    Raises:
        FileRefused: its output does not have the size of its input, or nothing separates the two.
    """
    own = trace(model)
    measured = trace(model, measured_shape(model, shape))
    inputs = tuple(model.inputs[0].shape[1:])
    outputs = own.steps[-1].shape if own.steps else ()
    size_in, size_out = math.prod(measured_shape(model, shape)), 0
    if measured.steps:
        size_out = math.prod(_step_of(measured, measured.output).shape)
        outputs = _step_of(own, own.output).shape
    if size_in != size_out:
        raise FileRefused(NO_AUTOENCODER, times(inputs), times(outputs), why_not(inputs, outputs))
    cuts = _cuts(measured)
    if not cuts:
        raise FileRefused(
            "No layer separates an encoder from a decoder: each is bypassed by a connection."
        )
    sizes = tuple(math.prod(measured.steps[cut].shape) for cut in cuts)
    layers = tuple(_layer(step) for step in own.steps)
    return Anatomy(inputs, outputs, layers, cuts, sizes, _bottleneck(layers, cuts, sizes))


def why_not(inputs: tuple, outputs: tuple) -> str:
    """What a model probably is that does not reconstruct its inputs."""
    if len(inputs) > 1 and (len(outputs) == 1 or outputs[-1] not in (1, 2, 3)):
        return "an encoder without its decoder, or a classifier. " + ADD.format("decoder")
    if len(inputs) == 1 and math.prod(side or 1 for side in outputs) > (inputs[0] or 1):
        return DECODER
    if len(inputs) == 1 and len(outputs) == 1:
        return "an encoder without its decoder, or a classifier. " + ADD.format("decoder")
    if len(inputs) == len(outputs) == 3 and inputs[:2] == outputs[:2]:
        return "it changes colours or segments images, and does not reconstruct its input."
    if len(inputs) == len(outputs) == 3:
        return "it changes the size of images, as super-resolution does."
    return "it does not reconstruct its input, so it is not an autoencoder."


def measured_shape(model, shape: tuple | None = None) -> tuple[int, ...]:
    """The model's input shape, with open sides taken from `shape` or set to `OPEN_SIDE`."""
    own = model.inputs[0].shape[1:]
    given = shape if shape is not None and len(shape) == len(own) else (OPEN_SIDE,) * len(own)
    return tuple(g if side is None else side for side, g in zip(own, given, strict=True))


def kind_of(anatomy: Anatomy) -> str:
    """The key of the type to which a detected autoencoder belongs."""
    layers = anatomy.layers
    if any("Conv2D" in layer.kind or "Conv1D" in layer.kind for layer in layers):
        return "convolutional"
    if all(layer.kind in _LINEAR and layer.activation == "linear" for layer in layers):
        return "linear"
    size = math.prod(side or OPEN_SIDE for side in anatomy.input_shape)
    if anatomy.code_size >= size:
        return "overcomplete"
    kernels = [at for at, layer in enumerate(layers) if layer.kind in KERNELS]
    down = sum(at <= anatomy.bottleneck for at in kernels)
    hidden = max(down, len(kernels) - down) - 1  # the last of each side is the code or the image
    return "deep" if hidden > 1 else "undercomplete"


def _cuts(found: Trace) -> tuple[int, ...]:
    """The steps after which only their own output is still needed, with weights on both sides."""
    last_use = {found.output: len(found.steps)}
    for at, step in enumerate(found.steps):
        for value in step.takes:
            last_use[value] = max(at, last_use.get(value, 0))
    weighty = [at for at, step in enumerate(found.steps) if step.layer.count_params()]
    if not weighty:
        return ()
    cuts = []
    for at in range(len(found.steps)):
        bypass = any(
            last_use.get(value, -1) > at
            for value in (0, *(before.makes for before in found.steps[:at]))
        )
        if not bypass and weighty[0] <= at < weighty[-1]:
            cuts.append(at)
    return tuple(cuts)


def _bottleneck(layers: tuple[Layer, ...], cuts: tuple[int, ...], sizes: tuple[int, ...]) -> int:
    """The first of the narrowest cuts, with the activation and normalisation that follow it."""
    chosen = best = cuts[sizes.index(min(sizes))]
    for at in range(best + 1, len(layers)):
        if at not in cuts or layers[at].kind not in (*_AFTER_CODE, *_NO_CHANGE):
            break
        if layers[at].kind in _AFTER_CODE:
            chosen = at
    return chosen


def _layer(step: Step) -> Layer:
    layer = step.layer
    activation = getattr(layer, "activation", None)
    name = getattr(activation, "__name__", None) or getattr(activation, "name", "linear")
    kind = type(layer).__name__
    return Layer(layer.name, kind, step.shape, layer.count_params(), name)


def _step_of(found: Trace, value: int) -> Step:
    return next(step for step in reversed(found.steps) if step.makes == value)


def times(shape) -> str:
    """A shape in words: 28 × 28 × 1."""
    return " × ".join("any" if side is None else str(side) for side in shape)
