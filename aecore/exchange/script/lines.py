"""Lines of code with the shape of their result beside them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

WIDEST = 100  # characters of a line
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """What a script tells of a network.

    text: what is special about it. encoder, decoder, joined: the code. own: definitions of its own
    layers, and own_text: what they do. start: code that sets starting weights. model: the class of
    the whole network.
    """

    text: str
    encoder: str
    decoder: str
    joined: str
    own_text: str = ""
    own: str = ""
    start: str = ""


def written(shape: Iterable[int]) -> str:
    """The shape of a batch: '(n, 28, 28, 1)'."""
    return f"(n, {', '.join(map(str, shape))})"


def line(code: str, shape: Iterable[int]) -> str:
    """A line with the shape of what it gives; above it where there is no room beside it."""
    beside = f"{code}  # {written(shape)}"
    return beside if len(beside) <= WIDEST else f"# {written(shape)}\n{code}"


def layer(call: str, shape: Iterable[int], to: str = "x", of: str = "x") -> str:
    """A Keras layer applied to a tensor: 'x = layers.Dense(32)(x)  # (n, 32)'."""
    return line(f"{to} = layers.{call}({of})", shape)


def arguments(*given: str) -> str:
    """Arguments of a call without the empty ones."""
    return ", ".join(filter(None, given))


def activation_of(name: str) -> str:
    """The argument for an activation; none is linear."""
    return "" if name == "linear" else f'activation="{name}"'


def normalised(normalization: str) -> list[str]:
    """The layer that rescales values, if there is one."""
    return {
        "none": [],
        "batch": ["x = layers.BatchNormalization(momentum=0.9)(x)"],
        "layer": ["x = layers.LayerNormalization()(x)"],
    }[normalization]


def activated(name: str, x: str = "x") -> list[str]:
    """The layer of an activation; none is linear."""
    return [] if name == "linear" else [f'{x} = layers.Activation("{name}")({x})']


def dense(
    sizes: Iterable[int], activation: str, normalization: str, first: str = "x", more: str = ""
) -> list[str]:
    """Hidden dense layers, each normalised, then activated.

    Args:
        first: the tensor that they begin with. more: a further argument of each layer.
    """
    lines, of = [], first
    for size in sizes:
        inside = activation_of(activation) if normalization == "none" else ""
        lines.append(layer(f"Dense({arguments(str(size), inside, more)})", (size,), of=of))
        if normalization != "none":
            lines += normalised(normalization) + activated(activation)
        of = "x"
    return lines


def flat(sample: str, shape: Shape) -> tuple[list[str], str]:
    """Lines that make vectors of samples, and the tensor that holds them."""
    if len(shape) == 1:  # rows of a table are vectors
        return [], sample
    return [layer("Flatten()", (math.prod(shape),), of=sample)], "x"


def head(shape: Shape, activation: str, of: str, to: str = "x", more: str = "") -> list[str]:
    """A dense layer to all values of a sample."""
    size = math.prod(shape)
    if len(shape) == 1:
        call = f"Dense({arguments(str(size), activation_of(activation), more)})"
        return [layer(call, (size,), to, of)]
    return [
        layer(f"Dense({arguments(str(size), more)})", (size,), to, of),
        layer(f"Reshape({shape})", shape, to, to),
        *activated(activation, to),
    ]
