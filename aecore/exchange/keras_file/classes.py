"""The class that a configured layer or model claims, and its number format."""

import re

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.values import short

CODE = "which holds code of its author; only plain Keras layers are read."
# policies under which all weights are floats; here everything is computed in float32
_POLICIES = (
    *("float16", "bfloat16", "float32", "float64"),
    *("mixed_float16", "mixed_bfloat16", "mixed_float32"),
)
_MODULE = re.compile(r"(tf_)?keras(\.src)?(\.engine|\.models|\.layers)?(\.[a-z0-9_]+)*")


def class_of(entry) -> str:
    """The class name of a configured layer or model, which must claim to be Keras' own.

    Raises:
        FileRefused: it is not.
    """
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise FileRefused("Its configuration is damaged: a layer has no class.")
    kind, module = entry["class_name"], entry.get("module", "keras.layers")
    registered = entry.get("registered_name")
    if registered not in (None, kind) or module is None:
        raise FileRefused("It uses {}, {}", short(registered or kind), CODE)
    if kind == "Lambda":
        raise FileRefused("It uses a Lambda layer, {}", CODE)
    if not isinstance(module, str) or not _MODULE.fullmatch(module) or ".ops" in module:
        raise FileRefused(
            "It uses {} of {}; only plain layers are read.", short(kind), short(module)
        )
    return kind


def check_dtype(kind: str, dtype) -> None:
    """Refuses what computes with anything but floats, given by name or as a policy."""
    if isinstance(dtype, dict) and dtype.get("class_name") in ("DTypePolicy", "Policy"):
        config = dtype.get("config")
        dtype = config.get("name") if isinstance(config, dict) else config
    if dtype is not None and dtype not in _POLICIES:
        raise FileRefused(
            "Its layer {} computes in {}, which is not supported.", kind, short(dtype)
        )
