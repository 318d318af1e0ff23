"""Assigns untrusted weights to the layers that were built for them.

Keras 3 and TensorFlow 2.12 to 2.15 keep the weights of a model's layers under the classes of these
layers, counted in the order of the configuration (`layers/dense_1/vars/0`). They differ in the name
of the folder, in what they count, and in the separator; Keras' own reader knows only its own
version.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.sequences import holders
from aecore.exchange.keras_file.values import short
from aecore.exchange.keras_file.wiring import Part

FOLDERS = ("layers", "_layer_checkpoint_dependencies")  # of the layers of a model
# left by training, and not needed in use
TRAINING = re.compile(r"_?(optimizer|metrics|compiled?_(metrics|loss)|loss(_tracker)?)")


@dataclass
class Folder:
    """A group of an HDF5 file: subgroups and arrays."""

    folders: dict[str, "Folder"] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


def place(model: Part, arrays: dict[str, np.ndarray]) -> None:
    """Assigns each array to its weight, leaving none out.

    Args:
        model: built by us, its parts in the order of the file.
        arrays: by their path in the HDF5 file.

    Raises:
        FileRefused: a weight is missing, left over or of another shape.
    """
    root = Folder()
    for path, array in arrays.items():
        *parents, name = path.replace("\\", "/").split("/")
        folder = root
        for parent in parents:
            folder = folder.folders.setdefault(parent, Folder())
        folder.arrays[name] = array
    for name in [name for name in root.folders if TRAINING.fullmatch(name)]:
        del root.folders[name]
    _place_model(model, root, "")
    if left := _first(root):
        raise FileRefused("The file has weights of {} that no layer takes.", short(left))


def _place_model(model: Part, folder: Folder, path: str) -> None:
    """Assigns the arrays in the folder of a model to its layers."""
    name = next((name for name in FOLDERS if name in folder.folders), None)
    layers = folder.folders[name] if name else Folder()
    waiting: dict[str, list[str]] = {}  # class → its folders, in the order of counting
    for inside in sorted(layers.folders, key=_counted):
        waiting.setdefault(_counted(inside)[0], []).append(inside)
    for part in model.inside:
        if part.is_input or not part.weights:
            continue
        named = f"{path}{part.layer.name}"
        folders = waiting.get(_snake(part.kind))
        if not folders:
            raise FileRefused("The weights of {!r} are missing in the file.", named)
        inside = folders.pop(0)
        if part.inside:
            _place_model(part, layers.folders[inside], f"{named}/")
        else:
            _place_layer(part, layers.folders[inside], named)


def _place_layer(part: Part, folder: Folder, named: str) -> None:
    for path, holder in holders(part.kind, part.layer):
        inside = folder
        for step in path:
            inside = inside.folders.get(step, Folder())
        found = inside.folders.pop("vars", Folder()).arrays
        wanted = holder.weights
        values = [found.pop(str(place)) for place in range(len(wanted)) if str(place) in found]
        if found or len(values) != len(wanted):
            raise FileRefused("The file has weights of {!r} that its layers do not take.", named)
        for value, weight in zip(values, wanted, strict=True):
            if value.shape != tuple(weight.shape):
                raise FileRefused("The weights of {!r} do not fit its layers.", named)
        give(holder, values)


def give(layer, weights: list[np.ndarray]) -> None:
    """Sets a layer's weights, and what it derives from them."""
    layer.set_weights(weights)
    if hasattr(layer, "finalize_state"):  # of Normalization
        layer.finalize_state()


def _counted(name: str) -> tuple[str, int]:
    """`dense_12` → ("dense", 12), `conv2d` → ("conv2d", 0)."""
    found = re.fullmatch(r"(.*?)(?:_(\d{1,6}))?", name, re.DOTALL)
    base, number = found.groups() if found else (name, None)
    return base, int(number or 0)


def _snake(kind: str) -> str:
    """`Conv2DTranspose` → `conv2d_transpose`; Keras calls the result of `Model` functional."""
    if kind == "Model":
        return "functional"
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _first(folder: Folder, path: str = "") -> str:
    """The path of an array that is not assigned yet; empty if there is none."""
    for name in folder.arrays:
        return f"{path}{name}"
    for name, inside in folder.folders.items():
        if found := _first(inside, f"{path}{name}/"):
            return found
    return ""
