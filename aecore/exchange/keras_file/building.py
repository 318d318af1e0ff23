"""Builds a Keras model from the plain data of an untrusted file.

Nothing in the file is executed or followed, and Keras' own loader is never used: the network is
built by us from the layers that `layers.py` allows. To be called in a worker.
"""

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.anatomy import ADD, DECODER, NO_AUTOENCODER, times, why_not
from aecore.exchange.keras_file.classes import CODE
from aecore.exchange.keras_file.graph import build_model
from aecore.exchange.keras_file.placing import place
from aecore.exchange.keras_file.reader import PlainModel
from aecore.exchange.keras_file.samples import without_sample
from aecore.exchange.keras_file.trace import check_size
from aecore.exchange.keras_file.values import ARRAYS, short

MOST_DEPTH = 64  # of nested JSON
# how Keras writes tensors between layers, and constants
_PLAIN_VALUES = ("__keras_tensor__", "__slice__", "__ellipsis__", "__tuple__", *ARRAYS)
_CODE_CLASSES = ("Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer")


def build(plain: PlainModel):
    """The `keras.Model` that plain data describes, with its weights.

    It has one input and one output, each of one to three axes.

    Raises:
        FileRefused: anything but plain layers that the weights fit; the text says what.
    """
    model = build_any(plain)
    check_ends(model)
    return model


def build_any(plain: PlainModel):
    """The `keras.Model` that plain data describes, of one input and any outputs.

    Raises:
        FileRefused: anything else than plain layers that the weights fit; the text says what.
    """
    config = without_sample(plain.config)
    refuse_code(config)
    try:
        model = build_model(config, plain.parameters)
        if len(model.layer.inputs) == 1:
            check_size(model.layer)
    except FileRefused:
        raise
    except Exception as problem:  # Keras raises nearly anything when layers do not fit
        raise FileRefused("Its layers do not fit together.") from problem
    if len(model.layer.inputs) != 1:
        raise FileRefused("It has {} inputs; an autoencoder has one.", len(model.layer.inputs))
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
    """One sample in, one sample out.

    Raises:
        FileRefused: another number of outputs, or shapes that no image has.
    """
    takes, *gives = (tuple(end.shape[1:]) for end in (*model.inputs, *model.outputs))
    if len(gives) > 1:
        codes = len(set(gives)) == 1 and len(gives[0]) == 1
        raise FileRefused(
            "It takes {} numbers and has {} outputs ({} numbers): {}",
            times(takes),
            len(gives),
            ", ".join(map(times, gives)),
            "a variational encoder. " + ADD.format("decoder")
            if codes
            else "an autoencoder has one output.",
        )
    gives = gives[0]
    if len(takes) == 3 and not is_image(takes) and is_image(gives):
        raise FileRefused(NO_AUTOENCODER, times(takes), times(gives), DECODER)
    if not is_image(takes):
        raise FileRefused("It takes {} numbers, which is not a grey or RGB image.", times(takes))
    if not is_image(gives):
        raise FileRefused(NO_AUTOENCODER, times(takes), times(gives), why_not(takes, gives))


def is_image(shape: tuple) -> bool:
    """Whether samples can have this shape: images with or without channels, windows, or rows."""
    return 1 <= len(shape) <= 3 and (len(shape) < 3 or shape[2] in (1, 3))
