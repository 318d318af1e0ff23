"""The convolutional networks as code: through a dense code, or a U-Net."""

import math

from aecore.data.kinds import kind_of
from aecore.exchange.script.dense import decoder_lines, encoder_lines, joined
from aecore.exchange.script.lines import (
    Network,
    Shape,
    activated,
    arguments,
    layer,
    line,
    normalised,
)
from aecore.models.convolutional import Convolutional
from aecore.models.convolutions import margins
from aecore.models.denoising import Denoising

Lines = list[str]


def convolutional_network(settings: Convolutional, shape: Shape) -> Network:
    """Convolutions of stride 2, a dense code, and the way back."""
    return _bottleneck(settings, shape, settings.kernel_size)


def denoising_network(settings: Denoising, shape: Shape) -> Network:
    """The network that was chosen for restoring."""
    if settings.network == "bottleneck":
        return _bottleneck(settings, shape, 3)
    if settings.network == "u-net":
        return _u_net(settings, shape)
    latent, sample = settings.latent_size, kind_of(shape).sample
    mirrored = _Mirrored(settings)
    code = [layer(f"Dense({latent})", (latent,), "code")]
    return Network(
        "Dense layers lead to the code and back.",
        encoder_lines(mirrored, shape, code),
        decoder_lines(mirrored, shape),
        joined(sample),
    )


class _Mirrored:
    """A dense network's settings with its hidden layers each way."""

    def __init__(self, settings: Denoising):
        self.__dict__.update(vars(settings))
        self.encoder_layers = settings.hidden_layers
        self.decoder_layers = settings.hidden_layers[::-1]


def _bottleneck(settings, shape: Shape, kernel: int) -> Network:
    filters, latent, dims = settings.filters, settings.latent_size, len(shape) - 1
    style, sample = (settings.activation, settings.normalization), kind_of(shape).sample
    padding, x, sides = _padded(sample, shape, len(filters))
    encoder = [line(f"{sample} = keras.Input({shape})", shape), *padding]
    for count in filters:
        sides = tuple(side // 2 for side in sides)
        encoder += _convolution(count, kernel, sides, style, x, stride=2)
        x = "x"
    size = math.prod(sides) * filters[-1]
    encoder += [
        layer("Flatten()", (size,)),
        layer(f"Dense({latent})", (latent,), "code"),
        f"encoder = keras.Model({sample}, code)",
    ]
    decoder = [
        line(f"code = keras.Input(({latent},))", (latent,)),
        layer(f"Dense({size})", (size,), of="code"),
        layer(f"Reshape({(*sides, filters[-1])})", (*sides, filters[-1])),
        *normalised(settings.normalization),
        *activated(settings.activation),
    ]
    for count in reversed(filters[:-1]):
        sides = tuple(2 * side for side in sides)
        decoder += _enlarged(count, sides, style)
    sides = tuple(2 * side for side in sides)
    call = f'Conv{dims}DTranspose({shape[-1]}, 4, strides=2, padding="same")'
    decoder += [
        layer(call, (*sides, shape[-1])),
        *_cropped(shape, len(filters)),
        *activated(settings.output_activation),
        "decoder = keras.Model(code, x)",
    ]
    return Network(
        "Convolutions of stride 2 halve the sides, a dense layer gives the code, and transposed\n"
        "convolutions lead back.",
        "\n".join(encoder),
        "\n".join(decoder),
        joined(sample),
    )


def _u_net(settings: Denoising, shape: Shape) -> Network:
    *outer, inner = settings.filters
    style, sample = (settings.activation, settings.normalization), kind_of(shape).sample
    dims = len(shape) - 1
    padding, x, sides = _padded(sample, shape, len(outer))
    encoder = [line(f"{sample} = keras.Input({shape})", shape), *padding]
    skips: list[tuple[str, tuple[int, ...]]] = []
    for number, count in enumerate(outer, 1):
        encoder += _convolution(count, 3, sides, style, x) + _convolution(count, 3, sides, style)
        encoder.append(f"skip_{number} = x")
        skips.append((f"skip_{number}", (*sides, count)))
        sides, x = tuple(side // 2 for side in sides), "x"
        encoder.append(layer(f"MaxPooling{dims}D()", (*sides, count)))
    encoder += _convolution(inner, 3, sides, style) + _convolution(inner, 3, sides, style)
    names = ", ".join(name for name, _ in skips)
    size = math.prod(sides) * inner
    encoder += [
        layer("Flatten()", (size,), "code"),
        f"encoder = keras.Model({sample}, [code, {names}])",
    ]
    decoder = [line(f"code = keras.Input(({size},))", (size,))]
    decoder += [line(f"{name} = keras.Input({maps})", maps) for name, maps in skips]
    decoder.append(layer(f"Reshape({(*sides, inner)})", (*sides, inner), of="code"))
    for name, (*large, count) in reversed(skips):
        decoder += _enlarged(count, tuple(large), style)
        both = (*large, 2 * count)
        decoder.append(line(f"x = layers.Concatenate()([x, {name}])", both))
        for _ in range(2):
            decoder += _convolution(count, 3, tuple(large), style)
        sides = tuple(large)
    decoder += [
        layer(f"Conv{dims}D({shape[-1]}, 1)", (*sides, shape[-1])),
        *_cropped(shape, len(outer)),
        *activated(settings.output_activation),
        f"decoder = keras.Model([code, {names}], x)",
    ]
    return Network(
        "A U-Net: each scale on the way back sees the feature maps of the same scale on the way\n"
        "down.",
        "\n".join(encoder),
        "\n".join(decoder),
        joined(sample),
    )


def _convolution(
    count: int, kernel: int, sides: tuple[int, ...], style, of: str = "x", stride: int = 1
) -> Lines:
    activation, normalization = style
    strides = f"strides={stride}" if stride > 1 else ""
    bias = "use_bias=False" if normalization == "batch" else ""
    inside = arguments(str(count), str(kernel), strides, 'padding="same"', bias)
    call = f"Conv{len(sides)}D({inside})"
    return [
        layer(call, (*sides, count), of=of),
        *normalised(normalization),
        *activated(activation),
    ]


def _enlarged(count: int, sides: tuple[int, ...], style) -> Lines:
    activation, normalization = style
    bias = "use_bias=False" if normalization == "batch" else ""
    inside = arguments(str(count), "4", "strides=2", 'padding="same"', bias)
    call = f"Conv{len(sides)}DTranspose({inside})"
    return [layer(call, (*sides, count)), *normalised(normalization), *activated(activation)]


def _padded(sample: str, shape: Shape, halvings: int) -> tuple[Lines, str, tuple[int, ...]]:
    """Lines that add the margin, the tensor to go on with, and its sides."""
    margin = margins(shape, halvings)
    sides = tuple(side + sum(both) for side, both in zip(shape[:-1], margin, strict=True))
    if sides == shape[:-1]:
        return [], sample, sides
    call = f"ZeroPadding{len(sides)}D({_given(margin)})"
    return [layer(call, (*sides, shape[-1]), of=sample)], "x", sides


def _cropped(shape: Shape, halvings: int) -> Lines:
    margin = margins(shape, halvings)
    if not any(map(any, margin)):
        return []
    return [layer(f"Cropping{len(margin)}D({_given(margin)})", shape)]


def _given(margin) -> str:
    return str(margin if len(margin) > 1 else margin[0])
