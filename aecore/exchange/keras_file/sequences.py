"""Layers for windows of series that a foreign model may use: 1-D convolutions and recurrent ones.

A recurrent layer keeps its weights in a cell; a layer around another keeps them in that one.
"""

from collections.abc import Callable, Iterator
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.classes import check_dtype, class_of
from aecore.exchange.keras_file.values import (
    Check,
    channels_last,
    flag,
    number,
    one_of,
    only,
    optional,
    pair,
    sequence,
    short,
    whole,
)

RECURRENT = ("LSTM", "GRU", "SimpleRNN")
AROUND = ("TimeDistributed", "Bidirectional")  # another layer
EACH_STEP = ("Dense", "Activation", "Dropout", "ReLU", "LeakyReLU", "ELU")  # change steps alone
MERGED = ("concat", "sum", "mul", "ave")
_INITIALIZERS = ("kernel_initializer", "recurrent_initializer", "bias_initializer")
_CELL = ("cell",)


def sequence_layers(activation: Check) -> dict[str, dict[str, Check | None]]:
    """Class name → argument → its check, as in `layers.LAYERS`.

    Args:
        activation: the check of one.
    """
    size, groups = _single(whole(1, 1024)), whole(1, 65536)
    pool = {
        "pool_size": size,
        "strides": optional(size),
        "padding": one_of("valid", "same"),
        "data_format": channels_last,
    }
    convolution = {
        "kernel_size": size,
        "strides": size,
        "padding": one_of("valid", "same", "causal"),
        "data_format": channels_last,
        "dilation_rate": size,
        "activation": activation,
        "use_bias": flag,
    }
    filters, depth = {"filters": whole(1, 65536)}, {"depth_multiplier": whole(1, 1024)}
    recurrent = {
        "units": whole(1, 65536),
        "activation": activation,
        "use_bias": flag,
        "return_sequences": flag,
        "go_backwards": flag,
        "return_state": only(False),
        "stateful": only(False),
        "time_major": only(False),  # of Keras 2
        # these are for training, or ways to compute the same
        **dict.fromkeys(("dropout", "recurrent_dropout", "seed", "unroll", "use_cudnn")),
        **dict.fromkeys(("implementation", "unit_forget_bias", "zero_output_for_mask")),
    }
    gated = recurrent | {"recurrent_activation": activation}
    return {
        "Conv1D": convolution | filters | {"groups": groups},
        "Conv1DTranspose": convolution
        | filters
        | {
            "padding": one_of("valid", "same"),
            "output_padding": optional(_single(whole(0, 64))),
            "groups": only(1),
        },
        "SeparableConv1D": convolution | filters | depth | {"groups": only(1)},
        "DepthwiseConv1D": convolution | depth | {"groups": only(1), "filters": only(None)},
        "MaxPooling1D": pool,
        "AveragePooling1D": pool,
        "GlobalMaxPooling1D": {"data_format": channels_last, "keepdims": flag},
        "GlobalAveragePooling1D": {"data_format": channels_last, "keepdims": flag},
        "UpSampling1D": {"size": whole(1, 1024)},
        "ZeroPadding1D": {"padding": pair(whole(0, 4096)), "data_format": channels_last},
        "Cropping1D": {"cropping": pair(whole(0, 4096))},
        "SpatialDropout1D": {
            "rate": number(0, 0.9999),
            **dict.fromkeys(("seed", "noise_shape", "data_format")),
        },
        "LSTM": gated,
        "GRU": gated | {"reset_after": flag},
        "SimpleRNN": recurrent,
    }


def _single(check: Check) -> Check:
    """One value, or a list of one."""
    return lambda value: sequence(check, 1)(value)[0] if isinstance(value, list) else check(value)


def around(kind: str, config: dict, name: str, initializer: Any, make: Callable):
    """Builds a layer around another, given its arguments; make: builds a layer from its entry.

    The same dense layer at each step is a dense layer of them all.

    Raises:
        FileRefused: it is around anything else than a plain layer.
    """
    inner, known = config.get("layer"), ("layer", "backward_layer", "merge_mode")
    check_dtype(kind, config.get("dtype"))
    for key in config:
        if key not in (*known, "name", "trainable", "dtype", "batch_input_shape"):
            raise FileRefused("Its layer {} has the unknown argument {}.", kind, short(key))
    allowed = EACH_STEP if kind == "TimeDistributed" else RECURRENT
    if class_of(inner) not in allowed:
        raise FileRefused(
            "It uses {} around {}, which is supported only around {}.",
            kind, short(class_of(inner)), " or ".join(allowed),
        )  # fmt: skip
    if kind == "TimeDistributed":
        return make(inner, name, initializer)
    import keras

    merge = one_of(*MERGED)(config.get("merge_mode", "concat"))
    forward, backward = make(inner), config.get("backward_layer")
    made = {} if backward is None else {"backward_layer": make(backward)}
    layer = keras.layers.Bidirectional(forward, merge_mode=merge, **made, name=name)
    start_cells(layer, initializer)
    return layer


def start_cells(layer, initializer: Any) -> None:
    """Sets the initializers of a recurrent layer's weights, before it is built."""
    for _, cell in holders(type(layer).__name__, layer):
        for name in _INITIALIZERS:
            setattr(cell, name, initializer)


def holders(kind: str, layer) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The layers that hold a layer's weights, and the folders of a file that these are in.

    Args:
        kind: its class in the file.
    """
    if kind == "Bidirectional":
        yield ("forward_layer", *_CELL), layer.forward_layer.cell
        yield ("backward_layer", *_CELL), layer.backward_layer.cell
    elif kind in RECURRENT:
        yield _CELL, layer.cell
    else:
        yield (("layer",) if kind == "TimeDistributed" else ()), layer
