"""The compressed file: a short header, the entropy-coded codes, a checksum.

magic     4 bytes   "AES" and a byte that is no text
version   1 byte    2: the samples are tiles of a picture
digest    6 bytes   of the model and its codec
level     1 byte    of the step; 255: lossless
count     1 to 5    samples, seven bits a byte
picture   3 to 7    of version 2 alone: height and width, seven bits a byte, and channels
codes     the rest
checksum  4 bytes   CRC-32 of all before
"""

import zlib
from dataclasses import dataclass

from aecore.compression.codec import LEVELS
from aecore.data.refusal import Refusal

MAGIC = b"AES\x9c"
SAMPLES, TILES = 1, 2  # versions
DIGEST = 6  # bytes
FIXED = len(MAGIC) + 1 + DIGEST + 1
CHECKSUM = 4
SUFFIX = ".aes"
MOST_SAMPLES = 100_000
MOST_VALUES = 2**28  # of all samples of a file
MOST_BYTES = 64 * 2**20
LONGEST_NUMBER = 5  # bytes
LOSSLESS = 255  # instead of a step's level
INVALID = "The header of the file is invalid."


class NotDecoded(Refusal):
    """A file cannot be decompressed; the text says why."""


@dataclass(frozen=True)
class Packed:
    """What a compressed file holds.

    digest: hexadecimal. picture: height, width and channels of the one whose tiles the samples are.
    """

    digest: str
    level: int
    count: int
    codes: bytes
    picture: tuple[int, int, int] | None = None


def pack(packed: Packed) -> bytes:
    """The content of a file."""
    version = SAMPLES if packed.picture is None else TILES  # earlier programs read the first
    head = MAGIC + bytes([version]) + bytes.fromhex(packed.digest) + bytes([packed.level])
    numbers = b"".join(map(_written, (packed.count, *(packed.picture or ()))))
    content = head + numbers + packed.codes
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
    version = content[len(MAGIC)] if len(content) > len(MAGIC) else SAMPLES
    if version > TILES:
        raise NotDecoded(
            "The file was written by a newer version of this program (format {}, not {}).",
            version, TILES,
        )  # fmt: skip
    if len(content) < FIXED + 1 + CHECKSUM:
        raise NotDecoded("The file is cut off: it ends within its header.")
    body, checksum = content[:-CHECKSUM], content[-CHECKSUM:]
    if zlib.crc32(body).to_bytes(CHECKSUM, "little") != checksum:
        raise NotDecoded("The file is damaged or cut off: its checksum is wrong.")
    digest = body[len(MAGIC) + 1 :][:DIGEST].hex()
    level = body[FIXED - 1]
    count, codes = _read(body[FIXED:])
    picture = None
    if version == TILES:
        height, codes = _read(codes)
        width, codes = _read(codes)
        channels, codes = _read(codes)
        picture = height, width, channels
    known = version in (SAMPLES, TILES) and (level < LEVELS or level == LOSSLESS)
    if not known or not 1 <= count <= MOST_SAMPLES or 0 in (picture or ()):
        raise NotDecoded(INVALID)
    return Packed(digest, level, count, codes, picture)


def check_model(packed: Packed, digest: str) -> None:
    """Raises NotDecoded if another model than that of a digest made the file."""
    if packed.digest != digest:
        raise NotDecoded(
            "The file was compressed by another model, {}; this one is {}.", packed.digest, digest
        )


def check_count(count: int, values: int) -> None:
    """Raises NotDecoded if a file cannot hold so many samples of so many values each."""
    most = most_samples(values)
    if not 1 <= count <= most:
        raise NotDecoded("A file of this model holds 1 to {:,} samples, not {:,}.", most, count)


def most_samples(values: int) -> int:
    """How many samples of so many values each a file holds at most."""
    return min(MOST_SAMPLES, MOST_VALUES // values)


def _written(number: int) -> bytes:
    parts = []
    while number >= 128:
        parts.append(number % 128 + 128)
        number //= 128
    return bytes([*parts, number])


def _read(rest: bytes) -> tuple[int, bytes]:
    """A number and what follows it; 0 if there is none."""
    number = 0
    for place, byte in enumerate(rest[:LONGEST_NUMBER]):
        number += (byte & 127) << 7 * place
        if byte < 128:
            return number, rest[place + 1 :]
    return 0, b""
