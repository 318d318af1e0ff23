"""Weights are read out of the one plain kind of HDF5 that Keras writes, and out of no other."""

import io

import h5py
import numpy as np
import pytest

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.weights import plain_arrays


def hdf5(**options) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w", **options) as written:
        written["layers/dense/vars/0"] = np.arange(12, dtype="f4").reshape(3, 4)
        written["layers/dense/vars/1"] = np.ones(4, "f4")
    return file.getvalue()


def test_plain_weights_come_back_as_they_were():
    arrays = plain_arrays(hdf5())
    assert set(arrays) == {"layers/dense/vars/0", "layers/dense/vars/1"}
    np.testing.assert_array_equal(arrays["layers/dense/vars/0"], np.arange(12).reshape(3, 4))


@pytest.mark.parametrize("libver", ["v108", "v110", "v112", "v114", "latest"])
def test_newer_kinds_of_hdf5_are_refused_before_the_library_sees_them(libver, monkeypatch):
    content = hdf5(libver=("v108" if libver == "v108" else libver, libver))
    assert content[8] in (2, 3)
    monkeypatch.setattr(h5py, "File", None)
    with pytest.raises(FileRefused, match="of a kind that Keras does not write"):
        plain_arrays(content)


@pytest.mark.parametrize(
    "content", [b"", b"\x89HDF\r\n\x1a\n", hdf5(userblock_size=512), hdf5()[1:], bytes(4096)]
)
def test_what_does_not_begin_like_hdf5_is_refused(content, monkeypatch):
    monkeypatch.setattr(h5py, "File", None)
    with pytest.raises(FileRefused, match=r"not an HDF5 file|of a kind"):
        plain_arrays(content)
