"""A variational encoder's configuration without the layers that draw its sample.

Such an encoder gives a mean, a log-variance and a sample of the two, drawn by a layer of its
author's own. For use only the first two matter; the layer is neither built nor looked into.
"""

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.classes import class_of
from aecore.exchange.keras_file.entries import name_of
from aecore.exchange.keras_file.layers import IDLE, LAYERS, WITH_WEIGHTS
from aecore.exchange.keras_file.nodes import ends, read_node
from aecore.exchange.keras_file.operations import operation_of
from aecore.exchange.keras_file.sequences import AROUND, RECURRENT

MODELS = ("Sequential", "Functional", "Model")


def without_sample(config: dict) -> dict:
    """The configuration of a model, without an output that is a sample of two others.

    Everything else comes back as it is, to be refused if need be.
    """
    try:
        return _without_sample(config)
    except (FileRefused, AttributeError, KeyError, TypeError):  # it is damaged, or other than most
        return config


def _without_sample(config: dict) -> dict:
    inside = config["config"]
    references = ends(inside["output_layers"])
    if len(references) != 3:
        return config
    left_out: set[str] = set()
    layers = [(name_of(entry), entry) for entry in inside["layers"]]
    before = -1
    while len(left_out) > before:  # the layers come in any order
        before = len(left_out)
        left_out |= {
            name for name, entry in layers if not _is_read(entry) or _takes_of(entry, left_out)
        }
    kept = [end for end in references if end[0] not in left_out]
    weighty = any(
        entry["class_name"] in (*WITH_WEIGHTS, *RECURRENT, *AROUND, *MODELS)
        for name, entry in layers
        if name in left_out
    )
    if len(kept) != 2 or weighty:  # the weights of the others would be counted wrongly
        return config
    inside = inside | {
        "layers": [entry for name, entry in layers if name not in left_out],
        "output_layers": [list(end) for end in kept],
    }
    return config | {"config": inside}


def _is_read(entry: dict) -> bool:
    try:
        return operation_of(entry) is not None or class_of(entry) in (
            *LAYERS, *AROUND, *IDLE, *MODELS, "InputLayer",
        )  # fmt: skip
    except FileRefused:
        return False


def _takes_of(entry: dict, names: set[str]) -> bool:
    calls = map(read_node, entry["inbound_nodes"])
    return any(layer in names for call in calls for layer, _, _ in call.references())
