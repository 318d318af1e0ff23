"""The compressed file: a short header, the entropy-coded codes, a checksum.

magic     4 bytes   "AES" and a byte that is no text
version   1 byte
digest    6 bytes   of the model and its codec
level     1 byte    of the step; 255: lossless
count     1 to 5    samples, seven bits a byte
codes     the rest
checksum  4 bytes   CRC-32 of all before
"""

import zlib
from dataclasses import dataclass

from aecore.compression.codec import LEVELS
from aecore.data.refusal import Refusal

MAGIC = b"AES\x9c"
VERSION = 1
DIGEST = 6  # bytes
FIXED = len(MAGIC) + 1 + DIGEST + 1
CHECKSUM = 4
SUFFIX = ".aes"
MOST_SAMPLES = 100_000
MOST_VALUES = 2**28  # of all samples of a file
MOST_BYTES = 64 * 2**20
LONGEST_COUNT = 5  # bytes
LOSSLESS = 255  # instead of a step's level


class NotDecoded(Refusal):
    """A file cannot be decompressed; the text says why."""


@dataclass(frozen=True)
class Packed:
    """What a compressed file holds. digest: hexadecimal."""

    digest: str
    level: int
    count: int
    codes: bytes


def pack(packed: Packed) -> bytes:
    """The content of a file."""
    head = MAGIC + bytes([VERSION]) + bytes.fromhex(packed.digest) + bytes([packed.level])
    content = head + _count(packed.count) + packed.codes
    return content + zlib.crc32(content).to_bytes(CHECKSUM, "little")


def unpack(content: bytes) -> Packed:
    """The inverse of `pack`, for any bytes.

    Raises:
        NotDecoded: it is another file, damaged, of a newer version, or too large.
    """
    if len(content) > MOST_BYTES:
        raise NotDecoded("The file is larger than {} MB.", MOST_BYTES // 2**20)
    if not content.startswith(MAGIC):
        raise NotDecoded("This is not a file that was compressed here.")
    if len(content) > len(MAGIC) and content[len(MAGIC)] > VERSION:
        raise NotDecoded(
            "The file was written by a newer version of this program (format {}, not {}).",
            content[len(MAGIC)], VERSION,
        )  # fmt: skip
    if len(content) < FIXED + 1 + CHECKSUM:
        raise NotDecoded("The file is cut off: it ends within its header.")
    body, checksum = content[:-CHECKSUM], content[-CHECKSUM:]
    if zlib.crc32(body).to_bytes(CHECKSUM, "little") != checksum:
        raise NotDecoded("The file is damaged or cut off: its checksum is wrong.")
    digest = body[len(MAGIC) + 1 :][:DIGEST].hex()
    level = body[FIXED - 1]
    count, codes = _counted(body[FIXED:])
    known = content[len(MAGIC)] == VERSION and (level < LEVELS or level == LOSSLESS)
    if not known or not 1 <= count <= MOST_SAMPLES:
        raise NotDecoded("The header of the file is invalid.")
    return Packed(digest, level, count, codes)


def check_model(packed: Packed, digest: str) -> None:
    """Raises NotDecoded if another model than that of a digest made the file."""
    if packed.digest != digest:
        raise NotDecoded(
            "The file was compressed by another model, {}; this one is {}.", packed.digest, digest
        )


def check_count(count: int, values: int) -> None:
    """Raises NotDecoded if a file cannot hold so many samples of so many values each."""
    most = min(MOST_SAMPLES, MOST_VALUES // values)
    if not 1 <= count <= most:
        raise NotDecoded("A file of this model holds 1 to {:,} samples, not {:,}.", most, count)


def _count(number: int) -> bytes:
    parts = []
    while number >= 128:
        parts.append(number % 128 + 128)
        number //= 128
    return bytes([*parts, number])


def _counted(rest: bytes) -> tuple[int, bytes]:
    number = 0
    for place, byte in enumerate(rest[:LONGEST_COUNT]):
        number += (byte & 127) << 7 * place
        if byte < 128:
            return number, rest[place + 1 :]
    return 0, b""
