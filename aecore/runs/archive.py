"""ZIP files and arrays from strangers, read within limits."""

import io
import zipfile

import numpy as np


class FileRefused(ValueError):
    """A file from elsewhere is not taken; the text says why."""


def read_members(content: bytes, most: int, limit: int) -> dict[str, bytes]:
    """The members of a ZIP, name → bytes: at most so many, and so many bytes together.

    Raises:
        FileRefused: it is no ZIP, damaged, or beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > most or len(set(names)) < len(names):
                raise FileRefused("It holds too many members, or one twice.")
            members = {}
            for entry in entries:
                with archive.open(entry) as member:
                    members[entry.filename] = member.read(limit + 1)
                limit -= len(members[entry.filename])
                if limit < 0:
                    raise FileRefused("It unpacks to more than is read.")
            return members
    except FileRefused:
        raise
    except Exception as problem:  # zipfile, zlib and lzma each raise their own
        raise FileRefused(f"It is no ZIP file, or damaged: {problem}.") from problem


def safe_arrays(content: bytes, limit: int) -> dict[str, np.ndarray]:
    """The arrays of an .npz file of at most `limit` bytes unpacked; never pickled objects.

    Raises:
        FileRefused: it is damaged, beyond the limit, or holds something else than plain arrays.
    """
    arrays = {}
    for name, member in read_members(content, 64, limit).items():
        try:
            arrays[name.removesuffix(".npy")] = np.lib.format.read_array(
                io.BytesIO(member), allow_pickle=False
            )
        except Exception as problem:  # NumPy raises its own for each kind of damage
            raise FileRefused(f"{name} cannot be read: {problem}.") from problem
    return arrays
