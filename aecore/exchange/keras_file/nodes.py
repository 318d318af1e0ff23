"""How an untrusted configuration names the tensors between layers, and constants."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.values import ARRAYS, constant, whole

MOST_CALLS = 2_000  # of layers; those of a model that is called several times count each time
MOST_INPUTS = 64  # of one call
DAMAGED = "Its configuration is damaged: "
LOOSE = DAMAGED + "its layers do not form a network from an input to an output."
UNUSUAL = "A layer in it is called in an unusual way."

Reference = tuple[str, int, int]  # layer, which of its calls, which of its outputs
_CONSTANT = ["_CONSTANT_VALUE", -1]  # where Keras 2 puts a number in place of a tensor


@dataclass(frozen=True)
class Call:
    """One call of a layer or an operation.

    An argument is a `Reference`, a list of them, an array or number, or other plain JSON.
    `old`: whether it is written as Keras 2 does.
    """

    arguments: tuple
    named: dict[str, Any] = field(default_factory=dict)
    old: bool = False

    def references(self) -> Iterator[Reference]:
        """All tensors that must be computed before."""
        for argument in (*self.arguments, *self.named.values()):
            if isinstance(argument, tuple):
                yield argument
            elif isinstance(argument, list):
                yield from (one for one in argument if isinstance(one, tuple))

    def taken(self, alike: bool) -> tuple[bool, list[Reference]]:
        """Whether a plain layer is called with a list, and the tensors that it takes.

        Args:
            alike: whether calling it in training mode makes no difference in use.

        Raises:
            FileRefused: it is called with anything else.
        """
        plain = {"mask": (None,), "training": (None, False, True) if alike else (None, False)}
        for key, value in self.named.items():
            if key not in plain or not any(value is one for one in plain[key]):
                raise FileRefused("A layer in it is called with more than its inputs.")
        argument = self.arguments[0]
        many = isinstance(argument, list)
        references = argument if many else [argument]
        if len(self.arguments) != 1 or not all(isinstance(one, tuple) for one in references):
            raise FileRefused("A layer in it is called with something other than a layer's output.")
        return many, references


def read_node(node) -> Call:
    """One call, as Keras writes it among a layer's `inbound_nodes`.

    Keras 3 writes {"args": [tensor or list of tensors or constant, ...], "kwargs": {...}}, Keras 2
    [[layer, call, output, {...}], ...] or, of an operation, [layer, call, output, {...}].

    Raises:
        FileRefused: it is neither.
    """
    if isinstance(node, list):
        call = _old_node(node)
    elif isinstance(node, dict) and isinstance(node.get("args"), list):
        named = node.get("kwargs")
        if not isinstance(named, dict):
            raise FileRefused(UNUSUAL)
        call = Call(
            tuple(map(_argument, node["args"])), {k: _argument(v) for k, v in named.items()}
        )
    else:
        raise FileRefused(UNUSUAL)
    if not call.arguments or not 1 <= len(list(call.references())) <= MOST_INPUTS:
        raise FileRefused(LOOSE)
    return call


def _old_node(node: list) -> Call:
    single = bool(node) and isinstance(node[0], str)
    inputs = [node] if single else node
    if not inputs or not all(isinstance(one, list) and len(one) in (3, 4) for one in inputs):
        raise FileRefused(LOOSE)
    named = inputs[0][3] if len(inputs[0]) == 4 else {}
    if not isinstance(named, dict):
        raise FileRefused(LOOSE)
    given = [_old_tensor(one[:3]) for one in inputs]
    many = len(given) > 1
    named = {key: _old_argument(value) for key, value in named.items() if key != "name"}
    return Call((given,) if many else (given[0],), named, old=True)


def _old_tensor(value: list):
    return _constant(value[2]) if value[:2] == _CONSTANT else _reference(value)


def _old_argument(value):
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        return _old_tensor(value)
    return value


def _argument(value):
    if isinstance(value, dict):
        config = value.get("config")
        if value.get("class_name") == "__keras_tensor__":
            return _reference(config.get("keras_history") if isinstance(config, dict) else None)
        if value.get("class_name") in ARRAYS:
            return _constant(value)
        return value  # which no operation takes
    if isinstance(value, list):
        return [_argument(one) for one in value]
    return value


def _constant(value):
    try:
        return constant(value)
    except FileRefused as refusal:
        raise FileRefused("A constant in it {}.", refusal) from refusal


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
