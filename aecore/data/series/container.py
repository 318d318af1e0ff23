"""The container of a WAV file: its chunks, put right where a recorder streamed or died."""

from collections.abc import Iterator
from typing import Literal

from aecore.data.limits import Refused

ORDERS: dict[bytes, Literal["little", "big"]] = {  # of bytes, by how a file begins
    b"RIFF": "little", b"RIFX": "big", b"RF64": "little", b"BW64": "little",
}  # fmt: skip
UNKNOWN = 2**32 - 1  # in place of a size that its writer did not know, or that is told elsewhere


def is_sound(content: bytes) -> bool:
    """Whether a file is a WAV file, by how it begins."""
    return content[:4] in ORDERS and content[8:12] == b"WAVE"


def put_right(content: bytes) -> bytes:
    """A WAV file of a format and whole samples alone, with sizes that are true.

    Raises:
        Refused: it has no format, no samples, or several pieces of them.
    """
    chunks = [chunk for chunk in _chunks(content) if chunk[1] < chunk[2]]
    forms = [content[start:end] for name, start, end in chunks if name == b"fmt "]
    sounds = [(start, end) for name, start, end in chunks if name == b"data"]
    if not forms:
        raise Refused("This WAV file cannot be read: it does not say how it is written.")
    if len(sounds) > 1:
        raise Refused("This WAV file holds {:,} sounds: save each in its own file.", len(sounds))
    order = ORDERS[content[:4]]
    (start, end), frame = sounds[0] if sounds else (0, 0), int.from_bytes(forms[0][12:14], order)
    samples = memoryview(content)[start : end - (end - start) % max(frame, 1)]
    if not samples:
        raise Refused("The WAV file holds no samples.")
    parts = [b"WAVE"]
    for name, inside in ((b"fmt ", forms[0]), (b"data", samples)):
        parts += [name, len(inside).to_bytes(4, order), inside, b"\0" * (len(inside) % 2)]
    size = sum(map(len, parts)).to_bytes(4, order)
    return b"".join([b"RIFX" if order == "big" else b"RIFF", size, *parts])


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, where its content starts, and where it ends."""
    order = ORDERS[content[:4]]
    at, long = 12, 0  # long: the size of the samples where four bytes are too few for it
    told_end = 8 + int.from_bytes(content[4:8], order)
    while at + 8 <= len(content):
        name, start = content[at : at + 4], at + 8
        size = int.from_bytes(content[at + 4 : start], order)
        if name == b"ds64":
            long = int.from_bytes(content[start + 8 : start + 16], order)
        elif name == b"data" and size == UNKNOWN:
            size = long or len(content)
        elif name == b"data" and not size and not start < told_end <= len(content):
            size = len(content)  # its writer never came back to fill in the sizes
        end = min(start + size, len(content))
        yield name, start, end
        at = end + (size % 2 and content[end : end + 1] == b"\0")
