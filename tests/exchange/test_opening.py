"""A file from elsewhere is opened by a reader: what it does to that harms nobody else."""

import io
import struct
import zipfile

import h5py
import numpy as np
import pytest
import reader_jobs
from foreign_models import MODELS, saved
from forging import zipped

from aecore.data.reading.process import Reader
from aecore.exchange import opening
from aecore.exchange.archive import FileRefused, safe_arrays
from aecore.exchange.bundle import pack, read_bundle
from aecore.exchange.keras_file.reader import read_plain
from aecore.exchange.opening import open_file
from aecore.runs.store import shipped


@pytest.mark.parametrize("name", ["dense", "branched"])
def test_a_model_comes_out_of_the_reader_as_it_is_in_the_file(name, tmp_path):
    content = saved(MODELS[name][0](), tmp_path)
    here, there = read_plain(content), open_file(content)
    assert there.config == here.config and list(there.weights) == list(here.weights)
    for path, values in here.weights.items():
        np.testing.assert_array_equal(there.weights[path], values)
        assert there.weights[path].dtype == values.dtype


def test_a_run_comes_out_of_the_reader_as_it_is_in_the_file():
    content = pack(shipped("linear"))
    here, there = read_bundle(content), open_file(content)
    assert (there.id, there.words, there.history) == (here.id, here.words, here.history)
    assert there.arrays.keys() == here.arrays.keys() == {"report.npz", "previews.npz"}
    for name, arrays in here.arrays.items():
        for key, values in arrays.items():
            np.testing.assert_array_equal(there.arrays[name][key], values)


@pytest.mark.parametrize("job", ["crash_with_segv", "memory", "fault", "leaves_silently"])
def test_a_file_that_ends_its_reader_is_refused(job, monkeypatch):
    monkeypatch.setattr(opening, "read_file", getattr(reader_jobs, job))
    reasons = "crashed the library|MB of memory|internal error|ended unexpectedly"
    with pytest.raises(FileRefused, match=reasons):
        open_file(b"x")


@pytest.mark.parametrize(
    "answers", [[], [None], ["model"], [["model", 5]], [["run", "a", {}, None]], [["refused", 5]],
                [["run", "a", {}, None], ["arrays", "../x"]], [["model", {}], ["model", {}]]],
    ids=str,
)  # fmt: skip
def test_a_captured_reader_gets_no_further_than_a_refusal(answers, monkeypatch):
    monkeypatch.setattr(opening, "read_file", reader_jobs.says)
    monkeypatch.setattr(Reader, "read", _saying(answers, Reader.read))
    with pytest.raises(FileRefused, match="gave no usable answer"):
        open_file(b"x")


def _saying(answers, read):
    return lambda self, work, words, files, allowance: read(self, work, answers, files, allowance)


def test_weights_of_another_hdf5_never_reach_the_library():
    file = io.BytesIO()
    with h5py.File(file, "w", libver="latest") as written:
        written["a"] = np.zeros(3)
    members = {"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": file.getvalue()}
    with pytest.raises(FileRefused, match="of a kind that Keras does not write"):
        open_file(zipped(members))


@pytest.mark.parametrize(
    "descr, shape",
    [
        ("<f4", (0, 4 * 10**18)), ("<f4", (10**20, 0)), ("<U0", (10**15,)), ("<U0", (10**20,)),
        ("<U0", (2 * 10**8,)), ("|S0", (3,)), ("|V0", (3,)), ("<f8", (0,) * 40),
        ("<f4", (2**31, 0, 2**31)),
    ],
)  # fmt: skip
def test_arrays_without_a_byte_are_bounded_as_others_are(descr, shape):
    header = (repr({"descr": descr, "fortran_order": False, "shape": shape}) + "\n").encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header)
    with pytest.raises(FileRefused, match=r"a\.npy"):
        safe_arrays(file.getvalue(), 2**29)
