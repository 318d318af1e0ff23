"""An untrusted configuration of layers → a model that we build, layer by layer."""

import math

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.classes import check_dtype, class_of
from aecore.exchange.keras_file.entries import Names, image_shape, is_tensor, make_input, name_of
from aecore.exchange.keras_file.layers import ALIKE, make_layer
from aecore.exchange.keras_file.nodes import (
    DAMAGED,
    LOOSE,
    MOST_CALLS,
    Call,
    ends,
    read_node,
)
from aecore.exchange.keras_file.operations import Operation, operation_of
from aecore.exchange.keras_file.samples import MODELS
from aecore.exchange.keras_file.sequences import holders
from aecore.exchange.keras_file.wiring import Part, Wiring

MOST_LAYERS = 500  # in all models together
MOST_NESTING = 6  # models in models
MOST_ENDS = 8  # inputs or outputs of a nested model


def build_model(entry: dict, most_weights: int) -> Part:
    """The model of a `config.json`, with weights of zero, its parts in the order of the file.

    Args:
        entry: the parsed file.
        most_weights: the limit of numbers in all weights together.

    Raises:
        FileRefused: the configuration needs anything but plain layers in a plain graph.
    """
    if class_of(entry) not in MODELS:
        raise FileRefused("It does not hold a model.")
    builder = _Builder(most_weights)
    model = builder.model(entry, 0, "model")
    builder.forget_initializer()
    return model


class _Zeros:
    """The initializer of every weight, which refuses to allocate more than the file has."""

    def __init__(self, most: int):
        self.left = most

    def __call__(self, shape, dtype=None, **_):
        import keras

        self.left -= math.prod(shape)
        if self.left < 0:
            raise FileRefused("Its layers have more weights than the file holds.")
        return keras.ops.zeros(shape, dtype or "float32")


class _Builder:
    """Builds nested models, and counts what they use."""

    def __init__(self, most_weights: int):
        self.initializer = _Zeros(most_weights)
        self.layers = 0
        self.made: list = []
        self.calls: dict[int, int] = {}  # id of a model → calls of layers when it is called once

    def model(self, entry: dict, nesting: int, name: str) -> Part:
        config = entry.get("config")
        if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
            raise FileRefused(DAMAGED + "a model has no layers.")
        if nesting > MOST_NESTING:
            raise FileRefused("It nests models more than {} deep.", MOST_NESTING)
        check_dtype("model", config.get("dtype"))
        kind = class_of(entry)
        build = self._sequential if kind == "Sequential" else self._functional
        return Part(kind, *build(config, Names(), nesting, name))

    def _part(self, entry: dict, names: Names, nesting: int) -> Part:
        """A layer, a nested model, an operation, or the tensor of an input."""
        self._count_layer()
        operation = operation_of(entry)
        if operation:
            return Part(operation.kind, operation)
        kind = class_of(entry)
        name = names.plain(name_of(entry))
        if kind in MODELS:
            return self.model(entry, nesting + 1, name)
        if kind == "InputLayer":
            return Part(kind, make_input(entry, name))
        layer = make_layer(entry, name, self.initializer)
        self.made.append(layer)
        return Part(kind, layer)

    def _count_layer(self) -> None:
        self.layers += 1
        if self.layers > MOST_LAYERS:
            raise FileRefused("It has more than {} layers.", MOST_LAYERS)

    def forget_initializer(self) -> None:
        """Gives the layers an initializer that Keras can save."""
        import keras

        for layer in self.made:
            for _, holder in holders(type(layer).__name__, layer):
                for name, value in list(vars(holder).items()):
                    if value is self.initializer:
                        setattr(holder, name, keras.initializers.Zeros())

    def _sequential(self, config: dict, names: Names, nesting: int, name: str):
        import keras

        parts = [self._part(entry, names, nesting) for entry in config["layers"]]
        layers = [part.layer for part in parts]
        if layers and not is_tensor(layers[0]):
            shape = _first_shape(config, layers[0])
            layers.insert(0, keras.Input(shape, name=names.plain("input")))
        if len(layers) < 2:
            raise FileRefused(DAMAGED + "a model has no layers.")
        if any(is_tensor(layer) or isinstance(layer, Operation) for layer in layers[1:]):
            raise FileRefused(LOOSE)
        model = keras.Sequential(layers, name=name)
        self.calls[id(model)] = sum(self._cost(layer) for layer in layers[1:])
        self._check_calls(self.calls[id(model)])
        return model, tuple(parts)

    def _functional(self, config: dict, names: Names, nesting: int, name: str):
        import keras

        graph, waiting, parts = Wiring(), {}, []
        for entry in config["layers"]:
            part, given = self._part(entry, names, nesting), name_of(entry)
            nodes = entry.get("inbound_nodes")
            if not isinstance(nodes, list) or given in waiting or part.is_input == bool(nodes):
                raise FileRefused(LOOSE)
            parts.append(part)
            waiting[given] = [read_node(node) for node in nodes]
            graph.add(given, part)
        graph.old = any(call.old for calls in waiting.values() for call in calls)
        self._connect(graph, waiting, names)
        ins_and_outs = []
        for key in ("input_layers", "output_layers"):
            references = ends(config.get(key))
            if not 1 <= len(references) <= MOST_ENDS:
                raise FileRefused("A model in it has more than {} inputs or outputs.", MOST_ENDS)
            tensors = [graph.end(reference) for reference in references]
            ins_and_outs.append(tensors[0] if len(tensors) == 1 else tensors)
        model = keras.Model(*ins_and_outs, name=name)
        self.calls[id(model)] = sum(
            self._cost(part.layer) * len(graph.outputs[key]) for key, part in graph.parts.items()
        )
        return model, tuple(parts)

    def _connect(self, graph: Wiring, waiting: dict[str, list[Call]], names: Names) -> None:
        """Calls each layer once its inputs are there, in the order in which Keras would."""
        calls, moved = 0, True
        while moved:
            moved = False
            for name, nodes in waiting.items():
                while nodes and graph.has(nodes[0].references()):
                    part = graph.parts[name]
                    calls += self._cost(part.layer)
                    self._check_calls(calls)
                    made = self._call(part, graph, nodes.pop(0), names, name)
                    graph.outputs[name].append(list(made) if isinstance(made, list) else [made])
                    moved = True
        if any(waiting.values()):
            raise FileRefused(LOOSE)

    def _call(self, part: Part, graph: Wiring, call: Call, names: Names, name: str):
        import keras

        if not isinstance(part.layer, Operation):
            many, references = call.taken(alike=part.kind in ALIKE)
            tensors = [graph.find(reference) for reference in references]
            return part.layer(tensors if many else tensors[0])

        def make(kind: str, inputs, **arguments):
            self._count_layer()
            return getattr(keras.layers, kind)(**arguments, name=names.plain(name))(inputs)

        given = tuple(map(graph.resolved, call.arguments))
        return part.layer(make, given, {k: graph.resolved(v) for k, v in call.named.items()})

    def _cost(self, layer) -> int:
        return self.calls.get(id(layer), 1)

    def _check_calls(self, calls: int) -> None:
        if calls > MOST_CALLS:
            raise FileRefused("It calls layers more than {} times.", MOST_CALLS)


def _first_shape(config: dict, first) -> tuple:
    """The input of a Sequential that does not declare one."""
    if config.get("build_input_shape") is not None:
        return image_shape(config["build_input_shape"])
    if getattr(first, "inputs", None):
        return tuple(first.inputs[0].shape[1:])
    raise FileRefused(LOOSE)
