"""Files and the members of ZIPs one by one, without the hidden files of operating systems.

A ZIP is never unpacked to disk and never trusted: each member is read up to a limit, and all
members together up to another; their names are text, not paths.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from aecore.data.limits import Excess, Limits, Refused, megabytes
from aecore.data.names import LONGEST, shortened, storable

STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # a ZIP, and an empty one
ENTRY = b"PK\x01\x02"  # starts every entry of a ZIP's table of contents
MOST_ENTRIES = 100_000
LONGEST_NAME = 4096  # bytes, folders included: no system has longer ones
LEFTOVERS = {  # lower case; created by systems, cameras and network drives
    *("__macosx", ".ds_store", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"),
    *("@eadir", ".@__thumb", "@recycle", "#recycle", "$recycle.bin", "lost+found"),
    *("system volume information", "icon\r", "icon‹u+000d›", "picasa.ini", "zbthumbnail.info"),
}
LEFTOVER_STARTS = ("._", "synofile_thumb", "synophoto_thumb", "~$")
LEFTOVER_ENDS = (":zone.identifier",)  # how WSL stores the origin of a download
UTF_8_NAME = 0x800  # flag of an entry of a ZIP

File = tuple[str, Callable[[], bytes]]


def each_file(files: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[File]:
    """Lists files (name, bytes) and the members of those that are ZIPs.

    Returns:
        Names ("photos.zip/cats/1.png" for a member), and for each a function that returns its
        bytes or raises `Refused`; nothing is unpacked before it is called.
    """
    uploaded, allowance = 0, _Allowance(limits)
    for name, content in files:
        name = tidy(name)
        if is_leftover(name):
            continue
        if _is_too_long(name):
            yield _too_long(name)
            continue
        if uploaded + len(content) > limits.total_bytes:
            excess = Excess("together they have more than {}", megabytes(limits.total_bytes))
            yield name, partial(_refuse, excess)
            continue
        uploaded += len(content)
        if content.startswith(STARTS):
            yield from _members(name, content, allowance)
        else:
            yield name, partial(bytes, content)


def tidy(name: str) -> str:
    """A name as text: '/' between folders, no '..', otherwise unchanged."""
    parts = storable(str(name).replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"


def is_leftover(name: str) -> bool:
    """Whether a name belongs to a system file, or to one in a hidden folder."""
    parts = name.lower().split("/")
    return any(
        part in LEFTOVERS
        or part.startswith(LEFTOVER_STARTS)
        or part.endswith(LEFTOVER_ENDS)
        or (part.startswith(".") and not part.startswith("..") and place > 0)
        for place, part in enumerate(parts)
    )


class _Allowance:
    """The bytes that members may still unpack to."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.bytes = limits.inflated_bytes

    def take(self, count: int) -> None:
        if count > self.limits.file_bytes:
            raise Refused("the file is larger than {}", megabytes(self.limits.file_bytes))
        if count > self.bytes:
            raise Excess("ZIPs are unpacked up to {}", megabytes(self.limits.inflated_bytes))
        self.bytes -= count


def _members(name: str, content: bytes, allowance: _Allowance) -> Iterator[File]:
    try:
        if content.count(ENTRY) > MOST_ENTRIES:  # before an object is created for each
            raise Refused("the ZIP has more than {:,} entries", MOST_ENTRIES)
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Refused as refused:
        yield name, partial(_refuse, refused)
        return
    except Exception:  # zipfile raises nearly anything on damaged tables
        yield name, partial(_refuse, Refused("the ZIP is damaged or truncated"))
        return
    seen = set()
    for entry in archive.infolist():
        member = f"{name}/{tidy(_name(entry))}"
        if entry.filename.endswith(("/", "\\")) or is_leftover(member):  # a folder has no content
            continue
        if _is_too_long(member):
            yield _too_long(member)
        elif member in seen:
            yield member, partial(_refuse, Refused("the ZIP has this name twice"))
        else:
            yield member, partial(_unpack, archive, entry, allowance)
        seen.add(member)
    if not seen:
        yield name, partial(_refuse, Refused("the ZIP contains no files"))


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name: macOS and others write UTF-8 without the flag that says so."""
    if entry.flag_bits & UTF_8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename  # in the DOS code page, as older Windows tools write it


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: _Allowance) -> bytes:
    if entry.flag_bits & 0x1:
        raise Refused("it is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("it uses an unsupported compression")
    allowance.take(entry.file_size)
    try:
        with archive.open(entry) as member:
            # with a number, no more than that is inflated, whatever the ZIP declares
            content = member.read(entry.file_size + 1)
    except Exception as problem:
        raise Refused("it is damaged or truncated") from problem
    if len(content) != entry.file_size:
        raise Refused("it is damaged or truncated")
    if content.startswith(STARTS):
        raise Refused("ZIPs within ZIPs are not opened")
    return content


def _is_too_long(name: str) -> bool:
    return len(name.encode()) > LONGEST_NAME


def _too_long(name: str) -> File:
    refused = Refused("its name is longer than {:,} bytes", LONGEST_NAME)
    return shortened(name, LONGEST), partial(_refuse, refused)


def _refuse(refused: Refused) -> bytes:
    raise refused
