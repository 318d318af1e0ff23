"""The guarded reader of strangers' `.keras` files.

No byte of the file is executed or followed: Keras' own loader is never asked. The network
is built by us from the layers that `layers.py` allows, and its weights are read as plain
arrays. To be called in a worker.
"""

import json

from aecore.exchange.archive import FileRefused, Limits, read_members
from aecore.exchange.keras_file.graph import build_model
from aecore.exchange.keras_file.layers import CODE
from aecore.exchange.keras_file.trace import check_size
from aecore.exchange.keras_file.values import short
from aecore.exchange.keras_file.weights import KERAS_MEMBERS, WEIGHTS, load_arrays, plain_arrays

MOST_BYTES = 512 * 2**20
MOST_WEIGHTS = 100_000_000
MOST_CONFIG = 2 * 2**20  # bytes
MOST_DEPTH = 64  # of nested JSON
LIMITS = (
    f"a .keras file of at most {MOST_BYTES // 2**20} MB with plain layers and "
    f"{MOST_WEIGHTS // 10**6} million weights"
)
_CODE_CLASSES = ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer")


def read_model(content: bytes):
    """A stranger's `.keras` file → a `keras.Model` that we built, with its weights.

    It has one input and one output, each (height, width, channels), (height, width) or (pixels,).

    Raises:
        FileRefused: anything else than plain layers and plain weights; the text says what.
    """
    if content[:8] == b"\x89HDF\r\n\x1a\n":
        raise FileRefused("It is an older .h5 file: save the model as .keras (Keras 3).")
    limits = Limits(len(KERAS_MEMBERS), MOST_BYTES, MOST_BYTES, MOST_BYTES)
    members = read_members(content, KERAS_MEMBERS, limits)
    for name in ("config.json", WEIGHTS):
        if name not in members:
            raise FileRefused(f"It is not a .keras file of Keras 3: it has no {name}.")
    config = parse(members["config.json"])
    refuse_code(config)
    arrays = plain_arrays(members[WEIGHTS])
    count = sum(array.size for array in arrays.values())
    if count > MOST_WEIGHTS:
        raise FileRefused(f"It has more than {MOST_WEIGHTS // 10**6} million weights.")
    try:
        model = build_model(config, count)
        check_ends(model)
        check_size(model)
    except FileRefused:
        raise
    except Exception as problem:  # Keras raises nearly anything when layers do not fit
        raise FileRefused("Its layers do not fit together.") from problem
    load_arrays(model, arrays)
    return model


def parse(content: bytes) -> dict:
    """A `config.json` within limits.

    Raises:
        FileRefused: too large, nested too deep, or not JSON.
    """
    if len(content) > MOST_CONFIG:
        raise FileRefused("Its configuration is far too large.")
    try:
        config = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise FileRefused("Its configuration is damaged: it is not plain JSON.") from problem
    if not isinstance(config, dict):
        raise FileRefused("Its configuration is damaged: it describes no model.")
    return config


def _no_constant(name: str):
    raise ValueError(f"{name} is no JSON")


def refuse_code(config: dict) -> None:
    """Looks through everything, also what is dropped later, for what would hold code.

    Raises:
        FileRefused: code, custom objects, a switched safe mode, or nesting too deep.
    """
    level = [value for key, value in config.items() if key != "compile_config"]
    for _ in range(MOST_DEPTH):
        level = [part for value in level for part in _parts(value)]
        if not level:
            return
    raise FileRefused("Its configuration is nested far too deep.")


def _parts(value) -> list:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return []
    if "safe_mode" in value:
        raise FileRefused("It tries to switch Keras' safe mode, which guards against code.")
    kind, registered = value.get("class_name"), value.get("registered_name")
    if isinstance(kind, str) and (kind in _CODE_CLASSES or _is_custom(kind, registered)):
        raise FileRefused(f"It uses {short(registered or kind)}, {CODE}")
    return [part for key, part in value.items() if key != "compile_config"]


def _is_custom(kind: str, registered) -> bool:
    if kind.startswith("__") and kind != "__keras_tensor__":
        return True
    return kind != "function" and registered not in (None, kind)


def check_ends(model) -> None:
    """One image in, one image out.

    Raises:
        FileRefused: another number of inputs or outputs, or shapes that no image has.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FileRefused(
            f"It has {len(model.inputs)} inputs and {len(model.outputs)} outputs; "
            "an autoencoder of images has one of each."
        )
    for what, tensor in (("takes", model.inputs[0]), ("gives", model.outputs[0])):
        shape = tensor.shape[1:]
        if not 1 <= len(shape) <= 3 or (len(shape) == 3 and shape[2] not in (1, 3)):
            raise FileRefused(
                f"It {what} {' × '.join(map(str, shape))} numbers, which is no grey or RGB image."
            )
