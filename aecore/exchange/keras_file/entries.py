"""What an untrusted configuration says about one layer: its name, or an input's shape."""

import re

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.classes import check_dtype
from aecore.exchange.keras_file.nodes import DAMAGED
from aecore.exchange.keras_file.values import sequence, whole


class Names:
    """Unique names that Keras and HDF5 accept."""

    def __init__(self):
        self.taken: set[str] = set()

    def plain(self, name: str) -> str:
        """The name with unusual characters replaced, and numbered if it is taken."""
        name = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:60] or "layer"
        number, found = 1, name
        while found in self.taken:
            number, found = number + 1, f"{name}_{number}"
        self.taken.add(found)
        return found


def name_of(entry: dict) -> str:
    """The name by which the configuration refers to a layer."""
    config = entry.get("config")
    name = entry.get("name") or (config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str) or not 0 < len(name) <= 500:
        raise FileRefused(DAMAGED + "a layer has no name.")
    return name


def make_input(entry: dict, name: str):
    """The tensor of an InputLayer; the batch size is left open, whatever the file says."""
    import keras

    config = entry.get("config")
    if not isinstance(config, dict):
        raise FileRefused(DAMAGED + "an input has no shape.")
    check_dtype("InputLayer", config.get("dtype"))
    if any(config.get(key) not in (None, False) for key in ("sparse", "ragged", "optional")):
        raise FileRefused("It has an input that may be sparse, ragged or missing.")
    shape = image_shape(config.get("batch_shape", config.get("batch_input_shape")))
    return keras.Input(shape, name=name)


def image_shape(batch_shape) -> tuple:
    """The shape of one image in the configured shape of a batch; None for an open side."""
    side = whole(1, 2**24)
    try:
        return sequence(lambda n: n if n is None else side(n), 4, 2)(batch_shape)[1:]
    except FileRefused as refusal:
        raise FileRefused("Its input shape {}.", refusal) from refusal


def is_tensor(part) -> bool:
    """Whether this is an input and not a layer."""
    import keras

    return isinstance(part, keras.KerasTensor)
