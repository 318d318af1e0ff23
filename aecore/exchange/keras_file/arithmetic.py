"""Arithmetic operations, each built from plain layers that compute the same."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file import values
from aecore.exchange.keras_file.nodes import UNUSUAL
from aecore.exchange.keras_file.values import number, one_of, optional, sequence, whole

Make = Callable[..., Any]  # (class of a layer, tensor or tensors, its arguments) → its output
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_SLOPE = number(0, 1e6)


def _add(make: Make, a, b):
    if _tensors(a, b):
        return make("Add", [a, b])
    return _affine(make, b, 1.0, a) if _is_array(a) else _affine(make, a, 1.0, b)


def _subtract(make: Make, a, b):
    if _tensors(a, b):
        return make("Subtract", [a, b])
    return _affine(make, b, -1.0, a) if _is_array(a) else _affine(make, a, 1.0, -_array(b))


def _multiply(make: Make, a, b):
    if _tensors(a, b):
        return make("Multiply", [a, b])
    return _affine(make, b, a, 0.0) if _is_array(a) else _affine(make, a, b, 0.0)


def _divide(make: Make, a, b):
    if not _is_array(b):
        raise FileRefused("It divides by the output of a layer, which is not supported.")
    divisor = _array(b).astype(np.float64)
    if not divisor.all():
        raise FileRefused("It divides by zero.")
    return _affine(make, a, 1 / divisor, 0.0)


def _maximum(make: Make, a, b):
    if _tensors(a, b):
        return make("Maximum", [a, b])
    x, low = (b, _array(a)) if _is_array(a) else (a, _array(b))
    return _affine(make, make("ReLU", _affine(make, x, 1.0, -low)), 1.0, low)


def _minimum(make: Make, a, b):
    if _tensors(a, b):
        return make("Minimum", [a, b])
    x, high = (b, _array(a)) if _is_array(a) else (a, _array(b))
    return _affine(make, make("ReLU", _affine(make, x, -1.0, high)), -1.0, high)


def _clip(make: Make, x, low, high):
    if not low < high:
        raise FileRefused("It clips to an empty range.")
    x = make("ReLU", _affine(make, x, 1.0, -low), max_value=high - low)
    return _affine(make, x, 1.0, low)


def _reshape(make: Make, x, shape):
    batch, *sides = shape
    if batch not in (-1, None) or not sides:
        raise FileRefused("It reshapes across images.")
    sides = [-1 if side is None else side for side in sides]
    own = x.shape[1:]
    if batch == -1 and (None in own or -1 in sides or math.prod(own) != math.prod(sides)):
        raise FileRefused("It reshapes across images.")
    return make("Reshape", x, target_shape=sides)


def _expand_dims(make: Make, x, axis):
    at = axis + len(x.shape) + 1 if axis < 0 else axis
    return _with_sides(make, x, at, [*x.shape[1 : max(at, 1)], 1, *x.shape[at:]])


def _squeeze(make: Make, x, axis):
    (axis,) = axis if isinstance(axis, list) and len(axis) == 1 else (axis,)
    if axis is None or isinstance(axis, list):
        raise FileRefused("It drops axes without saying which.")
    at = axis + len(x.shape) if axis < 0 else axis
    return _with_sides(make, x, at, [*x.shape[1:at], *x.shape[at + 1 :]])


def _with_sides(make: Make, x, at: int, sides: list):
    if at < 1:
        raise FileRefused("It reshapes across images.")
    if None in sides:
        raise FileRefused("It reshapes images of any size, which is not supported.")
    return make("Reshape", x, target_shape=sides)


def _transpose(make: Make, x, axes):
    if not axes or axes[0] != 0 or len(axes) != len(x.shape):
        raise FileRefused("It swaps the batch axis with another one.")
    return make("Permute", x, dims=axes[1:])


def _concatenate(make: Make, parts, axis=0):
    if axis == 0 or not isinstance(parts, list) or any(map(_is_array, parts)):
        raise FileRefused(UNUSUAL)
    return make("Concatenate", parts, axis=axis)


def _resize(make: Make, x, size, interpolation="bilinear", **_):
    return make("Resizing", x, height=size[0], width=size[1], interpolation=interpolation)


def _leaky_relu(make: Make, x, negative_slope=0.2, alpha=None):
    return make("LeakyReLU", x, negative_slope=negative_slope if alpha is None else alpha)


def _activation(name: str):
    return lambda make, x, **_: make("Activation", x, activation=name)


def _affine(make: Make, x, scale, offset):
    """scale · x + offset, without a layer if that changes nothing."""
    scale, offset = _array(scale), _array(offset)
    if (scale == 1).all() and not offset.any():
        return x
    return make("Rescaling", x, scale=_plain(scale), offset=_plain(offset))


def _plain(array: np.ndarray):
    return float(array.reshape(())) if array.size == 1 else array.astype(np.float32)


def _is_array(value) -> bool:
    return isinstance(value, np.ndarray | list | int | float)


def _array(value) -> np.ndarray:
    try:
        return value if isinstance(value, np.ndarray) else np.asarray(values.constant(value))
    except FileRefused as refusal:
        raise FileRefused("A constant in it {}.", refusal) from refusal


def _tensors(a, b) -> bool:
    if _is_array(a) or _is_array(b):
        return False
    if len(a.shape) != len(b.shape):
        raise FileRefused("It combines outputs with different numbers of axes.")
    return True


_AXES = sequence(whole(0, 4), 5)
_ACTIVATIONS = (
    *("relu", "relu6", "sigmoid", "tanh", "silu", "selu", "softplus", "softsign"),
    *("hard_sigmoid", "hard_silu", "log_sigmoid", "hard_tanh", "tanh_shrink", "squareplus"),
)
# operation → what builds it, and its arguments: name → check
OPERATIONS: dict[str, tuple[Callable, dict[str, values.Check]]] = {
    "add": (_add, {}),
    "subtract": (_subtract, {}),
    "multiply": (_multiply, {}),
    "divide": (_divide, {}),
    "true_divide": (_divide, {}),
    "negative": (lambda make, x: _affine(make, x, -1.0, 0.0), {}),
    "maximum": (_maximum, {}),
    "minimum": (_minimum, {}),
    "clip": (_clip, {"low": number(-1e6, 1e6), "high": number(-1e6, 1e6)}),
    "reshape": (_reshape, {"shape": sequence(optional(whole(-1, 10**8)), 5, 2)}),
    "expand_dims": (_expand_dims, {"axis": values.axis}),
    "squeeze": (_squeeze, {"axis": optional(values.axes)}),
    "transpose": (_transpose, {"axes": _AXES}),
    "concatenate": (_concatenate, {"axis": values.axis}),
    "cast": (lambda make, x, dtype: x, {"dtype": one_of(*_FLOATS)}),
    "identity": (lambda make, x: x, {}),
    "resize": (
        _resize,
        {
            "size": sequence(whole(1, 4096), 2, 2),
            "interpolation": one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
            "antialias": one_of(False),
            "crop_to_aspect_ratio": one_of(False),
            "pad_to_aspect_ratio": one_of(False),
            "preserve_aspect_ratio": one_of(False),
            "fill_mode": one_of("constant"),
            "fill_value": number(-1e6, 1e6),
            "data_format": values.channels_last,
        },
    ),
    "leaky_relu": (_leaky_relu, {"negative_slope": _SLOPE, "alpha": _SLOPE}),
    "elu": (lambda make, x, alpha=1.0: make("ELU", x, alpha=alpha), {"alpha": _SLOPE}),
    "gelu": (_activation("gelu"), {"approximate": one_of(False)}),
    "softmax": (lambda make, x, axis=-1: make("Softmax", x, axis=axis), {"axis": values.axis}),
    **{name: (_activation(name), {}) for name in _ACTIVATIONS},
}
