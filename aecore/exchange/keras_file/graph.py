"""A stranger's configuration of layers → a model that we built, layer by layer."""

import math
import re
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.layers import check_dtype, class_of, make_layer
from aecore.exchange.keras_file.nodes import DAMAGED, LOOSE, MOST_CALLS, Reference, ends, read_node
from aecore.exchange.keras_file.values import sequence, short, whole

MOST_LAYERS = 500  # in all models together
MOST_NESTING = 6  # models in models
MOST_ENDS = 8  # inputs or outputs of a model within
_MODELS = ("Sequential", "Functional", "Model")


def build_model(entry: dict, most_weights: int):
    """The model of a `config.json`, with weights of zero.

    Args:
        entry: the parsed file.
        most_weights: how many numbers all weights together may have.

    Raises:
        FileRefused: the configuration asks for anything but plain layers in a plain graph.
    """
    if class_of(entry) not in _MODELS:
        raise FileRefused("It holds no model.")
    builder = _Builder(most_weights)
    model = builder.model(entry, 0, "model")
    builder.forget_initializer()
    return model


class _Zeros:
    """The initialiser of every weight, which stops before more is allocated than the file has."""

    def __init__(self, most: int):
        self.left = most

    def __call__(self, shape, dtype=None, **_):
        import keras

        self.left -= math.prod(shape)
        if self.left < 0:
            raise FileRefused("Its layers have more weights than the file holds.")
        return keras.ops.zeros(shape, dtype or "float32")


class _Builder:
    """Builds models within models, and counts what they ask for."""

    def __init__(self, most_weights: int):
        self.initializer = _Zeros(most_weights)
        self.layers = 0
        self.made: list = []
        self.calls: dict[int, int] = {}  # id of a model → calls of layers when it is called once

    def model(self, entry: dict, nesting: int, name: str):
        config = entry.get("config")
        if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
            raise FileRefused(DAMAGED + "a model has no layers.")
        if nesting > MOST_NESTING:
            raise FileRefused("It nests models more than {} deep.", MOST_NESTING)
        check_dtype("model", config.get("dtype"))
        names = _Names()
        if class_of(entry) == "Sequential":
            return self._sequential(config, names, nesting, name)
        return self._functional(config, names, nesting, name)

    def _layer(self, entry: dict, names: "_Names", nesting: int):
        """A layer, a model within, or the tensor of an input."""
        self.layers += 1
        if self.layers > MOST_LAYERS:
            raise FileRefused("It has more than {} layers.", MOST_LAYERS)
        kind = class_of(entry)
        if kind in _MODELS:
            return self.model(entry, nesting + 1, names.plain(_name_of(entry)))
        if kind == "InputLayer":
            return _input(entry, names.plain(_name_of(entry)))
        layer = make_layer(entry, names.plain(_name_of(entry)), self.initializer)
        self.made.append(layer)
        return layer

    def forget_initializer(self) -> None:
        """Leaves layers that Keras can save."""
        import keras

        for layer in self.made:
            for name, value in list(vars(layer).items()):
                if value is self.initializer:
                    setattr(layer, name, keras.initializers.Zeros())

    def _sequential(self, config: dict, names: "_Names", nesting: int, name: str):
        import keras

        parts = [self._layer(entry, names, nesting) for entry in config["layers"]]
        if not parts:
            raise FileRefused(DAMAGED + "a model has no layers.")
        if not _is_tensor(parts[0]) and config.get("build_input_shape") is not None:
            shape = _image_shape(config["build_input_shape"])
            parts.insert(0, keras.Input(shape, name=names.plain("input")))
        if any(_is_tensor(part) for part in parts[1:]) or not _is_tensor(parts[0]):
            raise FileRefused(LOOSE)
        if len(parts) == 1:
            raise FileRefused(DAMAGED + "a model has no layers.")
        model = keras.Sequential(parts, name=name)
        self.calls[id(model)] = sum(self._cost(part) for part in parts[1:])
        self._check_calls(self.calls[id(model)])
        return model

    def _functional(self, config: dict, names: "_Names", nesting: int, name: str):
        import keras

        layers: dict[str, Any] = {}
        waiting: dict[str, list] = {}
        outputs: dict[str, list[list]] = {}  # layer → its calls → their tensors
        for entry in config["layers"]:
            layer, given = self._layer(entry, names, nesting), _name_of(entry)
            nodes = entry.get("inbound_nodes")
            if not isinstance(nodes, list) or given in layers or _is_tensor(layer) == bool(nodes):
                raise FileRefused(LOOSE)
            layers[given], waiting[given] = layer, [read_node(node) for node in nodes]
            outputs[given] = [[layer]] if _is_tensor(layer) else []
        self._connect(layers, waiting, outputs)
        ins_and_outs = []
        for key in ("input_layers", "output_layers"):
            refs = [_end(ref, layers) for ref in ends(config.get(key))]
            if not 1 <= len(refs) <= MOST_ENDS:
                raise FileRefused("A model in it has more than {} inputs or outputs.", MOST_ENDS)
            tensors = [_find(outputs, ref) for ref in refs]
            if any(tensor is None for tensor in tensors):
                raise FileRefused(LOOSE)
            ins_and_outs.append(tensors[0] if len(tensors) == 1 else tensors)
        model = keras.Model(*ins_and_outs, name=name)
        self.calls[id(model)] = sum(
            self._cost(layer) * len(outputs[key]) for key, layer in layers.items()
        )
        return model

    def _connect(self, layers: dict, waiting: dict, outputs: dict) -> None:
        """Calls each layer once its inputs are there, in the order in which Keras would."""
        calls, moved = 0, True
        while moved:
            moved = False
            for name, nodes in waiting.items():
                while nodes:
                    many, refs = nodes[0]
                    if any(ref[0] not in layers for ref in refs):
                        raise FileRefused(LOOSE)
                    tensors = [_find(outputs, ref) for ref in refs]
                    if any(tensor is None for tensor in tensors):
                        break
                    calls += self._cost(layers[name])
                    self._check_calls(calls)
                    made = layers[name](tensors if many else tensors[0])
                    outputs[name].append(list(made) if isinstance(made, list | tuple) else [made])
                    nodes.pop(0)
                    moved = True
        if any(waiting.values()):
            raise FileRefused(LOOSE)

    def _cost(self, layer) -> int:
        return self.calls.get(id(layer), 1)

    def _check_calls(self, calls: int) -> None:
        if calls > MOST_CALLS:
            raise FileRefused("It calls layers more than {} times.", MOST_CALLS)


class _Names:
    """Names that Keras and HDF5 take, each once."""

    def __init__(self):
        self.taken: set[str] = set()

    def plain(self, name: str) -> str:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:60] or "layer"
        number, found = 1, name
        while found in self.taken:
            number, found = number + 1, f"{name}_{number}"
        self.taken.add(found)
        return found


def _is_tensor(part) -> bool:
    import keras

    return isinstance(part, keras.KerasTensor)


def _name_of(entry: dict) -> str:
    config = entry.get("config")
    name = entry.get("name") or (config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str) or not 0 < len(name) <= 500:
        raise FileRefused(DAMAGED + "a layer has no name.")
    return name


def _input(entry: dict, name: str):
    """The tensor of an InputLayer; the batch may have any size, whatever the file says."""
    import keras

    config = entry.get("config")
    if not isinstance(config, dict):
        raise FileRefused(DAMAGED + "an input has no shape.")
    check_dtype("InputLayer", config.get("dtype"))
    if any(config.get(key) not in (None, False) for key in ("sparse", "ragged", "optional")):
        raise FileRefused("It has an input that may be sparse, ragged or missing.")
    return keras.Input(
        _image_shape(config.get("batch_shape", config.get("batch_input_shape"))), name=name
    )


def _image_shape(batch_shape) -> tuple:
    side = whole(1, 2**24)
    try:
        return sequence(lambda n: n if n is None else side(n), 4, 2)(batch_shape)[1:]
    except FileRefused as refusal:
        raise FileRefused("Its input shape {}.", refusal) from refusal


def _end(ref: Reference, layers: dict) -> Reference:
    """Keras counts the calls of a functional model from 1 here, from 0 elsewhere."""
    import keras

    name, call, output = ref
    layer = layers.get(name)
    functional = isinstance(layer, keras.Model) and not isinstance(layer, keras.Sequential)
    return (name, call - 1, output) if functional else ref


def _find(outputs: dict, ref: Reference):
    """The tensor, or None while it has not been calculated."""
    name, call, output = ref
    calls = outputs.get(name, [])
    if not 0 <= call < len(calls):
        return None
    if output >= len(calls[call]):
        raise FileRefused("{} {} has no output {}.", LOOSE, short(name), output)
    return calls[call][output]
