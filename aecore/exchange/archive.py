"""An untrusted ZIP, read into memory within limits; nothing is ever unpacked to disk."""

import io
import math
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

MOST_DIRECTORY = 2**18  # bytes of a ZIP's table of contents
MOST_NUMBERS = 2**30  # of an array
PLAIN_KINDS = "biufU"  # dtypes of untrusted arrays: booleans, integers, floats, text
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class FileRefused(Refusal):
    """A file from elsewhere cannot be used; the text says why, in a sentence."""


@dataclass(frozen=True)
class Limits:
    """Limits of a ZIP: members, packed bytes, bytes of one member, and of all of them."""

    members: int = 64
    packed: int = 512 * 2**20
    member: int = 512 * 2**20
    total: int = 512 * 2**20


def read_members(
    content: bytes, allowed: Callable[[str], bool] | set[str], limits: Limits | None = None
) -> dict[str, bytes]:
    """All members of a ZIP by name, if every one of them is allowed.

    Sizes declared in the file are not trusted: the bytes actually inflated are counted.

    Raises:
        FileRefused: not a ZIP, damaged, over a limit, or with a member that is not allowed.
    """
    limits = limits or Limits()
    if len(content) > limits.packed:
        raise FileRefused("The file is larger than {} MB.", limits.packed // 2**20)
    _check_directory(content)
    is_allowed = allowed.__contains__ if isinstance(allowed, set) else allowed
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members, is_allowed, limits)
            return _inflate(archive, members, limits)
    except FileRefused:
        raise
    except Exception as problem:  # zipfile, zlib and struct each raise their own
        raise FileRefused("The ZIP is damaged or truncated.") from problem


def _check_directory(content: bytes) -> None:
    """Looks at the end of the ZIP before Python reads its whole table of contents."""
    at = len(content) - 22
    if content[at : at + 4] != b"PK\5\6" or content[-2:] != b"\0\0":
        at = content.rfind(b"PK\5\6", max(0, len(content) - 22 - 2**16))
    if at < 0 or len(content) < at + 22:
        raise FileRefused("It is not a ZIP file, or it is truncated.")
    if content[max(0, at - 20) : at].startswith(b"PK\6\7"):
        raise FileRefused("It is a ZIP64 file, which is not supported.")
    if int.from_bytes(content[at + 12 : at + 16], "little") > MOST_DIRECTORY:
        raise FileRefused("The table of contents of the ZIP is far too long.")


def _check_members(
    members: list[zipfile.ZipInfo], is_allowed: Callable[[str], bool], limits: Limits
) -> None:
    if len(members) > limits.members:
        raise FileRefused("The ZIP holds more than {} files.", limits.members)
    seen = set()
    for member in members:
        # orig_filename: zipfile cuts names at a null byte and turns separators
        name = member.orig_filename
        if name != member.filename or not is_allowed(name):
            raise FileRefused("The ZIP holds {!r}, which does not belong in it.", name[:80])
        if name in seen:
            raise FileRefused("The ZIP holds {!r} twice.", name)
        seen.add(name)
        mode = member.external_attr >> 16
        if member.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            raise FileRefused("{} in the ZIP is a link or a folder, not a file.", name)
        if member.flag_bits & 0x1:
            raise FileRefused("{} in the ZIP is encrypted.", name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused("{} in the ZIP uses an unsupported compression.", name)
        if member.file_size > limits.member:
            raise FileRefused("{} in the ZIP is larger than {} MB.", name, limits.member // 2**20)


def _inflate(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits
) -> dict[str, bytes]:
    contents, left = {}, limits.total
    for member in members:
        try:
            with archive.open(member) as file:
                content = file.read(min(left, limits.member) + 1)
        except Exception as problem:  # of zipfile, zlib or struct
            raise FileRefused("{} in the ZIP is damaged.", member.filename) from problem
        left -= len(content)
        if left < 0 or len(content) > limits.member:
            raise FileRefused("The ZIP unpacks to more than {} MB.", limits.total // 2**20)
        if len(content) != member.file_size:
            raise FileRefused("{} in the ZIP is truncated.", member.filename)
        contents[member.filename] = content
    return contents


def safe_arrays(content: bytes, limit_bytes: int) -> dict[str, np.ndarray]:
    """The arrays of an untrusted .npz by name; no objects, none larger than its bytes.

    Raises:
        FileRefused: anything but plain arrays of at most `limit_bytes` in total.
    """
    limits = Limits(packed=limit_bytes, member=limit_bytes, total=limit_bytes)
    members = read_members(content, _is_array_name, limits)
    return {name.removesuffix(".npy"): _plain_array(name, data) for name, data in members.items()}


def _is_array_name(name: str) -> bool:
    return name.endswith(".npy") and name.removesuffix(".npy").isidentifier()


def _plain_array(name: str, data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    try:
        read_header = _HEADERS[np.lib.format.read_magic(file)]
        shape, fortran, dtype = read_header(file)
    except Exception as problem:  # the header is Python text; NumPy raises nearly anything on it
        raise FileRefused("{} is not a NumPy array.", name) from problem
    if dtype.kind not in PLAIN_KINDS or dtype.hasobject or dtype.names or dtype.subdtype:
        raise FileRefused("{} holds {}, which are not plain numbers or text.", name, dtype)
    if any(not isinstance(side, int) or side < 0 for side in shape) or len(shape) > 16:
        raise FileRefused("{} has the impossible shape {}.", name, shape)
    # the sides of an empty array are bounded as well
    if not dtype.itemsize or math.prod(max(1, side) for side in shape) > MOST_NUMBERS:
        raise FileRefused("{} has the impossible shape {} of {}.", name, shape, dtype)
    if math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise FileRefused("{} does not hold as many numbers as its header says.", name)
    if not math.prod(shape):
        return np.zeros(shape, dtype)
    values = np.frombuffer(data, dtype, offset=file.tell())
    array = values.reshape(shape, order="F" if fortran else "C").copy()
    if dtype.kind == "U" and array.reshape(-1).view(np.uint32).max() > 0x10FFFF:
        raise FileRefused("{} holds invalid text.", name)
    return array
