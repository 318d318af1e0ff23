"""The layers that a foreign model may use, and how each is built from plain arguments.

What is not listed here is refused by name. Initializers, regularizers and constraints are
dropped: weights come from the file, and the model is not trained.
"""

import re
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file import values
from aecore.exchange.keras_file.classes import check_dtype, class_of
from aecore.exchange.keras_file.sequences import (
    AROUND,
    RECURRENT,
    around,
    sequence_layers,
    start_cells,
)
from aecore.exchange.keras_file.values import (
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

ACTIVATIONS = (
    *("linear", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish"),
    *("mish", "sigmoid", "hard_sigmoid", "log_sigmoid", "hard_silu", "hard_swish", "tanh"),
    *("hard_tanh", "tanh_shrink", "softplus", "softsign", "softmax", "log_softmax"),
    *("exponential", "squareplus"),
)

_ANY = number(-1e6, 1e6)
_POSITIVE = number(0, 1e6)
_SIZE = pair(whole(1, 64))
_RATE = {"rate": number(0, 0.9999), "seed": None}
_POOL = {
    "pool_size": _SIZE,
    "strides": optional(_SIZE),
    "padding": one_of("valid", "same"),
    "data_format": values.channels_last,
}
_GLOBAL = {"data_format": values.channels_last, "keepdims": flag}
_NORM = {"epsilon": number(0, 1), "center": flag, "scale": flag}


def activation(value):
    """An activation by its name, or as a layer that is nothing else."""
    if isinstance(value, dict):
        if value.get("class_name") in ("ReLU", "LeakyReLU", "ELU", "Softmax"):
            return make_layer(value)
        if value.get("class_name") == "function":
            value = value.get("config")  # Keras looks the name up among its own
    if value is None:
        return "linear"
    if value not in ACTIVATIONS:
        raise FileRefused("is {}, which is not an activation of Keras", short(value))
    return value


_CONV = {
    "kernel_size": _SIZE,
    "strides": _SIZE,
    "padding": one_of("valid", "same"),
    "data_format": values.channels_last,
    "dilation_rate": _SIZE,
    "activation": activation,
    "use_bias": flag,
}
_FILTERS = {"filters": whole(1, 65536)}
_DEPTH = {"depth_multiplier": whole(1, 1024)}
_BORDER = {
    "data_format": values.channels_last,
}
_SIDES = pair(lambda value: pair(whole(0, 4096))(value))

# class name → argument → its check; None: the argument has no effect in use and is dropped
LAYERS = {
    "Dense": {
        "units": whole(1, 10**6),
        "activation": activation,
        "use_bias": flag,
        "quantization_config": only(None),
    },
    "Conv2D": _CONV | _FILTERS | {"groups": whole(1, 65536)},
    "Conv2DTranspose": _CONV
    | _FILTERS
    | {"output_padding": optional(pair(whole(0, 64))), "groups": only(1)},
    "SeparableConv2D": _CONV | _FILTERS | _DEPTH | {"groups": only(1)},
    "DepthwiseConv2D": _CONV | _DEPTH | {"groups": only(1), "filters": only(None)},
    "MaxPooling2D": _POOL,
    "AveragePooling2D": _POOL,
    "GlobalMaxPooling2D": _GLOBAL,
    "GlobalAveragePooling2D": _GLOBAL,
    "UpSampling2D": {
        "size": _SIZE,
        "data_format": values.channels_last,
        "interpolation": one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    },
    "ZeroPadding2D": _BORDER | {"padding": _SIDES},
    "Cropping2D": _BORDER | {"cropping": _SIDES},
    "Flatten": {"data_format": values.channels_last},
    "Reshape": {"target_shape": sequence(whole(-1, 10**8), 4)},
    "Permute": {"dims": sequence(whole(1, 4), 4)},
    "RepeatVector": {"n": whole(1, 65536)},
    "Identity": {},
    "Dropout": _RATE | {"noise_shape": None},
    "SpatialDropout2D": _RATE | {"noise_shape": None, "data_format": values.channels_last},
    "AlphaDropout": _RATE | {"noise_shape": None},
    "GaussianDropout": _RATE,
    "GaussianNoise": {"stddev": _POSITIVE, "seed": None},
    "ActivityRegularization": {"l1": None, "l2": None},
    "BatchNormalization": _NORM
    | {
        "axis": values.axis,
        "momentum": number(0, 1),
        "renorm": only(False),
        "renorm_clipping": None,
        "renorm_momentum": None,
        "synchronized": None,
    },
    "LayerNormalization": _NORM | {"axis": values.axes, "rms_scaling": only(False)},
    "GroupNormalization": _NORM | {"axis": values.axis, "groups": whole(-1, 65536)},
    "UnitNormalization": {"axis": values.axes},
    "Activation": {"activation": activation},
    "ReLU": {"max_value": optional(_POSITIVE), "negative_slope": _POSITIVE, "threshold": _POSITIVE},
    "LeakyReLU": {"negative_slope": _POSITIVE, "alpha": _POSITIVE},
    "PReLU": {"shared_axes": optional(sequence(whole(1, 4), 3))},
    "ELU": {"alpha": _ANY},
    "Softmax": {"axis": values.axes},
    "Add": {},
    "Subtract": {},
    "Multiply": {},
    "Average": {},
    "Maximum": {},
    "Minimum": {},
    "Concatenate": {"axis": values.axis},
    "ThresholdedReLU": {"theta": _POSITIVE},
    "Rescaling": {"scale": values.constant, "offset": values.constant},
    "Normalization": {
        "axis": values.some_axes,
        "mean": optional(values.constant),
        "variance": optional(values.constant),
        "invert": flag,
    },
    "Resizing": {
        "height": whole(1, 4096),
        "width": whole(1, 4096),
        "interpolation": one_of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        "crop_to_aspect_ratio": flag,
        "pad_to_aspect_ratio": flag,
        "fill_mode": one_of("constant"),
        "fill_value": _ANY,
        "antialias": flag,
        "data_format": values.channels_last,
    },
    **sequence_layers(activation),
}
# layers that change images in training only
IDLE = (
    *("RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast"),
    *("RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur"),
    *("RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization"),
    *("RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear"),
    *("RandomTranslation", "RandomZoom"),
    *("RandomHeight", "RandomWidth"),  # of Keras 2
)
ALIKE = (*IDLE, "Resizing")  # which Keras calls in training mode unless told otherwise
_BIAS = ("kernel", "bias")
WITH_WEIGHTS = {  # class name → its weights, each of which has an initialiser
    "Conv1D": _BIAS,
    "Conv1DTranspose": _BIAS,
    "DepthwiseConv1D": ("depthwise", "bias"),
    "SeparableConv1D": ("depthwise", "pointwise", "bias"),
    "Dense": _BIAS,
    "Conv2D": _BIAS,
    "Conv2DTranspose": _BIAS,
    "DepthwiseConv2D": ("depthwise", "bias"),
    "SeparableConv2D": ("depthwise", "pointwise", "bias"),
    "BatchNormalization": ("beta", "gamma", "moving_mean", "moving_variance"),
    "LayerNormalization": ("beta", "gamma"),
    "GroupNormalization": ("beta", "gamma"),
    "PReLU": ("alpha",),
}
_DROPPED = re.compile(
    r"name|trainable|dtype|dynamic|autocast|batch_input_shape|bounding_box_format"
    r"|\w+_(initializer|regularizer|constraint)"
)


def make_layer(entry: dict, name: str | None = None, initializer: Any = "zeros"):
    """Builds a Keras layer from its configured class and arguments.

    Raises:
        FileRefused: the layer is not on the list, or an argument is not a plain one.
    """
    import keras

    kind = class_of(entry)
    if kind in IDLE:
        return keras.layers.Identity(name=name)
    if kind not in (*LAYERS, *AROUND):
        raise FileRefused("It uses the layer {}, which is not supported.", short(kind))
    config = entry.get("config")
    if not isinstance(config, dict):
        raise FileRefused("Its configuration is damaged: {} has no arguments.", kind)
    if kind in AROUND:
        return around(kind, config, name or "around", initializer, make_layer)
    check_dtype(kind, config.get("dtype"))
    arguments = _arguments(kind, config)
    arguments |= {f"{weight}_initializer": initializer for weight in WITH_WEIGHTS.get(kind, ())}
    if kind == "ThresholdedReLU":  # which Keras 3 no longer has
        kind, arguments = "ReLU", {"threshold": arguments["theta"]}
    if kind in RECURRENT:  # the weights are in the file, the bias of the forget gate too
        layer = getattr(keras.layers, kind)(**arguments, name=name)
        start_cells(layer, initializer)
        return layer
    return getattr(keras.layers, kind)(**arguments, name=name)


def _arguments(kind: str, config: dict) -> dict:
    arguments = {}
    for key, value in config.items():
        if key in LAYERS[kind]:
            check = LAYERS[kind][key]
        elif _DROPPED.fullmatch(key):
            continue
        else:
            raise FileRefused("Its layer {} has the unknown argument {}.", kind, short(key))
        if check is None:
            continue
        try:
            arguments[key] = check(value)
        except FileRefused as refusal:
            if str(refusal).startswith("It "):
                raise
            raise FileRefused("Its layer {}: {} {}.", kind, key, refusal) from refusal
    if kind == "LeakyReLU" and "alpha" in arguments:  # its name before Keras 3
        arguments["negative_slope"] = arguments.pop("alpha")
    return {key: value for key, value in arguments.items() if value is not None}
