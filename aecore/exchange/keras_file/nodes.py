"""How a stranger's configuration names the tensors between layers."""

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.values import whole

MOST_CALLS = 2_000  # of layers, those of models that are called several times counted each time
DAMAGED = "Its configuration is damaged: "
LOOSE = DAMAGED + "its layers do not form a network from an input to an output."

Reference = tuple[str, int, int]  # layer, which of its calls, which of its outputs


def read_node(node) -> tuple[bool, list[Reference]]:
    """One call of a layer: whether it takes a list, and the tensors (layer, call, output) it takes.

    Keras 3 writes {"args": [tensor or list of tensors], "kwargs": {...}}, Keras 2
    [[layer, call, output, {...}], ...].
    """
    if isinstance(node, list):
        if not all(isinstance(ref, list) and len(ref) in (3, 4) for ref in node):
            raise FileRefused(LOOSE)
        for ref in node:
            _check_kwargs(ref[3] if len(ref) == 4 else {})
        found = [_reference(ref[:3]) for ref in node]
        many = len(found) > 1
    elif isinstance(node, dict) and isinstance(node.get("args"), list) and len(node["args"]) == 1:
        _check_kwargs(node.get("kwargs"))
        taken = node["args"][0]
        many = isinstance(taken, list)
        found = [_tensor(one) for one in (taken if many else [taken])]
    else:
        raise FileRefused("A layer in it is called in an unusual way.")
    if not 1 <= len(found) <= 64:
        raise FileRefused(LOOSE)
    return many, found


def _check_kwargs(kwargs) -> None:
    plain = {"mask": (None,), "training": (None, False)}
    if not isinstance(kwargs, dict) or any(
        key not in plain or not any(value is one for one in plain[key])
        for key, value in kwargs.items()
    ):
        raise FileRefused("A layer in it is called with more than its inputs.")


def _tensor(value) -> Reference:
    if not isinstance(value, dict) or value.get("class_name") != "__keras_tensor__":
        raise FileRefused("A layer in it is called with something else than another's output.")
    config = value.get("config")
    return _reference(config.get("keras_history") if isinstance(config, dict) else None)


def _reference(value) -> Reference:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
        raise FileRefused(LOOSE)
    count = whole(0, MOST_CALLS)
    try:
        return value[0], count(value[1]), count(value[2])
    except FileRefused as refusal:
        raise FileRefused(LOOSE) from refusal


def ends(value) -> list[Reference]:
    """The ends of a model: one [layer, call, output], or a list of them."""
    if not isinstance(value, list) or not value:
        raise FileRefused(LOOSE)
    return [_reference(value)] if isinstance(value[0], str) else [_reference(one) for one in value]
