"""Builds a Keras model from the plain data of an untrusted file.

Nothing in the file is executed or followed, and Keras' own loader is never used: the network is
built by us from the layers that `layers.py` allows. To be called in a worker.
"""

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.anatomy import NO_AUTOENCODER, times, why_not
from aecore.exchange.keras_file.classes import CODE
from aecore.exchange.keras_file.graph import build_model
from aecore.exchange.keras_file.placing import place
from aecore.exchange.keras_file.reader import PlainModel
from aecore.exchange.keras_file.trace import check_size
from aecore.exchange.keras_file.values import ARRAYS, short

MOST_DEPTH = 64  # of nested JSON
# how Keras writes tensors between layers, and constants
_PLAIN_VALUES = ("__keras_tensor__", "__slice__", "__ellipsis__", "__tuple__", *ARRAYS)
_CODE_CLASSES = ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer")


def build(plain: PlainModel):
    """The `keras.Model` that plain data describes, with its weights.

    It has one input and one output, each (height, width, channels), (height, width) or (pixels,).

    Raises:
        FileRefused: anything but plain layers that the weights fit; the text says what.
    """
    refuse_code(plain.config)
    try:
        model = build_model(plain.config, plain.parameters)
        check_ends(model.layer)
        check_size(model.layer)
    except FileRefused:
        raise
    except Exception as problem:  # Keras raises nearly anything when layers do not fit
        raise FileRefused("Its layers do not fit together.") from problem
    place(model, plain.weights)
    return model.layer


def refuse_code(config: dict) -> None:
    """Searches everything, including what is dropped later, for anything that could hold code.

    Raises:
        FileRefused: code, custom objects, a changed safe mode, or nesting too deep.
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
        raise FileRefused("It tries to change Keras' safe mode, which guards against code.")
    kind, registered = value.get("class_name"), value.get("registered_name")
    if isinstance(kind, str) and (kind in _CODE_CLASSES or _is_custom(kind, registered)):
        raise FileRefused("It uses {}, {}", short(registered or kind), CODE)
    return [part for key, part in value.items() if key != "compile_config"]


def _is_custom(kind: str, registered) -> bool:
    if kind.startswith("__"):
        return kind not in _PLAIN_VALUES
    return kind != "function" and registered not in (None, kind)


def check_ends(model) -> None:
    """One image in, one image out.

    Raises:
        FileRefused: another number of inputs or outputs, or shapes that no image has.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FileRefused(
            "It has {} inputs and {} outputs; an autoencoder of images has one of each.",
            len(model.inputs),
            len(model.outputs),
        )
    takes, gives = (tuple(ends[0].shape[1:]) for ends in (model.inputs, model.outputs))
    if not _is_image(takes):
        raise FileRefused("It takes {} numbers, which is not a grey or RGB image.", times(takes))
    if not _is_image(gives):
        raise FileRefused(NO_AUTOENCODER, times(takes), times(gives), why_not(takes, gives))


def _is_image(shape: tuple) -> bool:
    return 1 <= len(shape) <= 3 and (len(shape) < 3 or shape[2] in (1, 3))
