"""Reads untrusted weights from an HDF5 file into a model that we built.

Keras writes weights as contiguous arrays of numbers without compression. Nothing else is read,
so a file cannot hold more numbers than bytes, and HDF5 follows no link and loads no filter.
"""

import io
import tempfile
from pathlib import Path

import numpy as np

from aecore.exchange.archive import FileRefused

WEIGHTS = "model.weights.h5"
KERAS_MEMBERS = {"metadata.json", "config.json", WEIGHTS}
MOST_OBJECTS = 10_000  # groups and arrays
MOST_LINKS = 2_000  # in one group
MOST_DEPTH = 24
MOST_NAME = 200
# left by training, and not needed in use
_NOT_WEIGHTS = ("optimizer", "seed_generator")
_CORRUPT = "The weights are damaged or not an HDF5 file."
_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def load_arrays(model, arrays: dict[str, np.ndarray]) -> None:
    """Puts arrays, by their path in the HDF5 file, into a model that we built.

    Keras loads them from a clean copy. The model is then saved again: it must hold
    every array of the file and no other, so that no weight is missing or left over.

    Raises:
        FileRefused: a weight is missing, left over or of another shape.
    """
    with tempfile.TemporaryDirectory() as folder:
        clean, again = Path(folder, "clean.weights.h5"), Path(folder, "again.weights.h5")
        _write(clean, arrays)
        try:
            model.load_weights(clean)
        except Exception as problem:  # Keras raises nearly anything when shapes disagree
            raise FileRefused("Its weights do not fit its layers.") from problem
        clean.unlink()
        model.save_weights(again)
        loaded = plain_arrays(again.read_bytes())
    for path in loaded.keys() - arrays.keys():
        raise FileRefused("The weights of {} are missing in the file.", _layer(path))
    for path in arrays.keys() - loaded.keys():
        raise FileRefused("The file has weights of {} that no layer takes.", _layer(path))
    for path, value in loaded.items():
        if not np.array_equal(value, arrays[path].astype(value.dtype)):
            raise FileRefused("The weights of {} could not be assigned.", _layer(path))


def plain_arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of a `model.weights.h5` by their path, without those only training needs.

    Raises:
        FileRefused: links, external or virtual storage, compression, or values that are not finite.
    """
    import h5py

    if not content.startswith(_SIGNATURE):
        raise FileRefused(_CORRUPT)
    if content[len(_SIGNATURE) : len(_SIGNATURE) + 1] != b"\0":
        # the newer kinds may hold an image of HDF5's cache, which version 1.14 reads past its end
        raise FileRefused("The weights are an HDF5 file of a kind that Keras does not write.")
    arrays: dict[str, np.ndarray] = {}
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            _walk(file, "", arrays, {_address(file)}, [len(content)])
    except FileRefused:
        raise
    except Exception as problem:  # HDF5's errors come as OSError, KeyError, RuntimeError ...
        raise FileRefused(_CORRUPT) from problem
    return arrays


def _walk(group, path: str, arrays: dict, seen: set, bytes_left: list[int]) -> None:
    import h5py

    if path.count("/") > MOST_DEPTH or len(group) > MOST_LINKS:
        raise FileRefused("The weights have far too many groups.")
    for name in group:
        inside = f"{path}/{name}" if path else name
        if len(name) > MOST_NAME:
            raise FileRefused(_CORRUPT)
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise FileRefused("The weights at {!r} are a link.", inside)
        if name in _NOT_WEIGHTS:
            continue
        item = group[name]
        if _address(item) in seen or len(seen) > MOST_OBJECTS:
            raise FileRefused("The weights at {!r} form a cycle.", inside)
        seen.add(_address(item))
        if isinstance(item, h5py.Group):
            _walk(item, inside, arrays, seen, bytes_left)
        elif isinstance(item, h5py.Dataset):
            arrays[inside] = _read(item, inside, bytes_left)
        else:
            raise FileRefused("{!r} among the weights is not an array.", inside)


def _address(item) -> int:
    import h5py

    # pyright does not see into the compiled parts of h5py
    return h5py.h5o.get_info(item.id).addr  # pyright: ignore[reportAttributeAccessIssue]


def _read(dataset, path: str, bytes_left: list[int]) -> np.ndarray:
    """One array, after links and compression were ruled out.

    `shape` is read last: for some virtual arrays HDF5 opens their sources to find it.
    """
    import h5py

    creation = dataset.id.get_create_plist()
    if creation.get_layout() == h5py.h5d.VIRTUAL or creation.get_external_count():
        raise FileRefused("The weights at {!r} are stored in another file.", path)
    if creation.get_layout() == h5py.h5d.CHUNKED or creation.get_nfilters():
        raise FileRefused(
            "The weights at {!r} are compressed or chunked: save the model with Keras again.", path
        )
    if dataset.id.get_type().committed() or dataset.dtype.kind not in "fiu":
        raise FileRefused("The weights at {!r} are not plain numbers.", path)
    size = dataset.size
    if size is None or size * dataset.dtype.itemsize != dataset.id.get_storage_size():
        raise FileRefused("The weights at {!r} are far larger than the file.", path)
    bytes_left[0] -= size * dataset.dtype.itemsize
    if bytes_left[0] < 0:
        raise FileRefused("The weights at {!r} are far larger than the file.", path)
    values = dataset[()]
    if not np.isfinite(values).all():
        raise FileRefused("The weights at {!r} are not all finite numbers.", path)
    return np.asarray(values)


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        for inside, values in arrays.items():
            file.create_dataset(inside, data=values)


def _layer(path: str) -> str:
    """`layers/dense_1/vars/0` → `dense_1`, a path within → `encoder/dense`."""
    parts = [part for part in path.split("/")[:-1] if part not in ("layers", "vars")]
    return repr("/".join(parts) or path)
