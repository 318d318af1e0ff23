"""Files as TensorFlow 2.12 to 2.15 wrote them, made of what Keras 3 writes.

The forms were compared with files that Keras 2.12.0, 2.13.1, 2.14.0, 2.15.0 and tf_keras 2.21
themselves wrote.
"""

import io
import json
import re
import zipfile

import h5py
import numpy as np

FORMS = ("2.12", "2.13", "2.13 on Windows", "2.14", "2.15", "tf_keras")
MODELS = ("Functional", "Sequential")


def written(model, folder, form: str, trained: bool = False) -> bytes:
    """A model's file as that version would have saved it, before or after it was trained."""
    model.save(folder / "now.keras")
    with zipfile.ZipFile(folder / "now.keras") as now:
        config = json.loads(now.read("config.json"))
        weights = now.read("model.weights.h5")
    arrays = _arrays(weights)
    if form in ("2.12", "2.13", "2.13 on Windows"):
        arrays = {_as_dependencies(path): value for path, value in arrays.items()}
    for number in range(2 * trained):
        arrays[f"metrics/mean/vars/{number}"] = np.float32(1)
        arrays[f"optimizer/vars/{number}"] = np.float32(np.nan)
    _old_model(config, form)
    config["compile_config"] = None
    members = {
        "metadata.json": json.dumps({"keras_version": form[:4] + ".0"}).encode(),
        "config.json": json.dumps(config).encode(),
        "model.weights.h5": _hdf5(arrays, "\\" if "Windows" in form else "/"),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as old:
        for name, member in members.items():
            old.writestr(name, member)
    return file.getvalue()


def _old_model(entry: dict, form: str) -> None:
    kind, config = entry["class_name"], entry["config"]
    engine = {"tf_keras": "tf_keras.src.engine", "2.12": "keras.engine"}.get(
        form, "keras.src.engine"
    )
    entry["module"] = "keras" if kind == "Sequential" else f"{engine}.functional"
    entry["registered_name"] = None if kind == "Sequential" else kind
    config.pop("dtype", None)
    counted_from_1 = {
        layer["config"]["name"]
        for layer in config["layers"]
        if layer["class_name"] in MODELS
        and layer["config"]["layers"][0]["class_name"] == "InputLayer"
    }
    for layer in config["layers"]:
        _old_layer(layer, counted_from_1, form)
    if kind == "Functional":
        for key in ("input_layers", "output_layers"):
            one = config[key] if isinstance(config[key][0], str) else config[key][0]
            config[key] = [one]
    if form == "2.12":
        del entry["module"], entry["registered_name"]


def _old_layer(layer: dict, counted_from_1: set[str], form: str) -> None:
    kind, config = layer["class_name"], layer["config"]
    for key in ("quantization_config", "optional", "pad_to_aspect_ratio", "fill_mode"):
        config.pop(key, None)
    if kind in MODELS:
        _old_model(layer, form)
    else:
        layer["module"], layer["registered_name"] = "keras.layers", None
        config["dtype"] = "float32"
    if "batch_shape" in config:
        config["batch_input_shape"] = config.pop("batch_shape")
        config["sparse"] = config["ragged"] = False
    if kind in ("Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D"):
        config["groups"] = 1
    if kind in ("SpatialDropout2D", "Dropout"):
        config["noise_shape"] = None
    if kind == "LeakyReLU":
        config["alpha"] = config.pop("negative_slope")
    if kind == "ReLU" and form == "2.12":
        for key in ("negative_slope", "threshold"):
            array = {"value": config[key], "dtype": "float32"}
            config[key] = {"class_name": "__numpy__", "config": array}
    if kind.startswith("Random"):
        config["rng_type"] = "stateful"
    for key, value in config.items():
        if isinstance(value, dict) and key.endswith("initializer"):
            config[key] = {"class_name": value["class_name"], "config": value["config"]}
    nodes = layer.pop("inbound_nodes", None)
    if nodes is not None:
        layer["inbound_nodes"] = [_old_node(node, counted_from_1) for node in nodes]
    if form == "2.12":
        layer.pop("module", None)
        layer.pop("registered_name", None)


def _old_node(node: dict, counted_from_1: set[str]) -> list:
    taken = node["args"][0]
    histories = [
        tensor["config"]["keras_history"]
        for tensor in (taken if isinstance(taken, list) else [taken])
    ]
    return [[name, call + (name in counted_from_1), at, {}] for name, call, at in histories]


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    found = {}

    def look(path, item):
        if isinstance(item, h5py.Dataset):
            found[path] = item[()]

    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(look)
    return found


def _as_dependencies(path: str) -> str:
    """Up to 2.13 each layer with weights was counted twice."""
    parts = path.split("/")
    for at, part in enumerate(parts[:-1]):
        if part == "layers":
            parts[at] = "_layer_checkpoint_dependencies"
            base, number = re.fullmatch(r"(.*?)(?:_(\d+))?", parts[at + 1]).groups()
            parts[at + 1] = f"{base}_{2 * int(number)}" if number else base
    return "/".join(parts)


def _hdf5(arrays: dict[str, np.ndarray], separator: str) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as written:
        for path, value in arrays.items():
            folder, _, name = path.partition("/vars/")
            written.create_dataset(f"{folder.replace('/', separator)}/vars/{name}", data=value)
    return file.getvalue()
