"""Plain arithmetic between layers (`x / 255`, `x + y`, `ops.reshape`), built from plain layers.

Keras 3 writes a step of arithmetic as an operation of `keras.ops`, Keras 2 as a `TFOpLambda` that
names a function of TensorFlow. What is listed here becomes a layer that computes the same, so
that all other code sees only layers; what is not listed is refused by name.
"""

import re
from dataclasses import dataclass

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.arithmetic import OPERATIONS, Make
from aecore.exchange.keras_file.nodes import UNUSUAL
from aecore.exchange.keras_file.values import short

_MODULE = re.compile(r"keras(\.src)?\.ops(\.[a-z_]+)?")
_OLD_MODULE = re.compile(r"(tf_)?keras(\.src)?\.layers(\.core(\.tf_op_layer)?)?")
_NAMES = {  # what Keras 3 and TensorFlow call a setting → what it is called here
    **{"newshape": "shape", "perm": "axes", "method": "interpolation"},
    **{"x_min": "low", "x_max": "high", "clip_value_min": "low", "clip_value_max": "high"},
}
_OLD = {  # functions of TensorFlow
    **{"__operators__.add": "add", "math.add": "add", "math.subtract": "subtract"},
    **{"math.multiply": "multiply", "math.truediv": "divide", "math.divide": "divide"},
    **{"math.negative": "negative", "math.maximum": "maximum", "math.minimum": "minimum"},
    **{"clip_by_value": "clip", "reshape": "reshape", "expand_dims": "expand_dims"},
    **{"squeeze": "squeeze", "transpose": "transpose", "concat": "concatenate", "cast": "cast"},
    **{"identity": "identity", "image.resize": "resize", "nn.relu": "relu", "nn.relu6": "relu6"},
    **{"math.sigmoid": "sigmoid", "math.tanh": "tanh", "math.softplus": "softplus"},
    **{"nn.silu": "silu", "nn.swish": "silu", "nn.selu": "selu", "nn.softsign": "softsign"},
    **{"nn.leaky_relu": "leaky_relu", "nn.elu": "elu", "nn.gelu": "gelu", "nn.softmax": "softmax"},
}


@dataclass(frozen=True)
class Operation:
    """An arithmetic operation: its name here, and its entry in the file."""

    kind: str
    settings: dict

    def __call__(self, make: Make, arguments: tuple, named: dict):
        """The output, a tensor.

        Args:
            make: makes a layer and calls it.
            arguments, named: tensors, lists of them, arrays and plain JSON.

        Raises:
            FileRefused: it is more than plain arithmetic.
        """
        work, checks = OPERATIONS[self.kind]
        settings = {}
        for key, value in (self.settings | named).items():
            key = _NAMES.get(key, key)
            if key in ("y", "x2"):
                arguments = (*arguments, value)
            elif key in checks:
                try:
                    settings[key] = checks[key](value)
                except FileRefused as refusal:
                    raise FileRefused(
                        "Its operation {}: {} {}.", self.kind, key, refusal
                    ) from refusal
            elif value is not None:
                raise FileRefused("Its operation {} has the unknown argument {!r}.", self.kind, key)
        try:
            return work(make, *arguments, **settings)
        except TypeError as problem:  # too many arguments, or too few
            raise FileRefused(UNUSUAL) from problem


def operation_of(entry) -> Operation | None:
    """The operation that an entry among a model's layers describes; None for anything else.

    Raises:
        FileRefused: it is an operation that is not supported.
    """
    if not isinstance(entry, dict):
        return None
    # TensorFlow 2.12 names no module
    kind, module = entry.get("class_name"), entry.get("module", "keras.layers")
    config = entry.get("config")
    if not isinstance(kind, str) or not isinstance(module, str) or not isinstance(config, dict):
        return None
    settings = {key: value for key, value in config.items() if key not in ("name", "trainable")}
    if kind in ("TFOpLambda", "SlicingOpLambda") and _OLD_MODULE.fullmatch(module):
        function = settings.pop("function", None)
        settings.pop("dtype", None)
        name = _OLD.get(function, "") if isinstance(function, str) else ""
    elif _MODULE.fullmatch(module):
        function, name = kind, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    else:
        return None
    if name not in OPERATIONS:
        raise FileRefused("It uses the operation {}, which is not supported.", short(function))
    return Operation(name, settings)
