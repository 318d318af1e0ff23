"""Samples to a file and back, by a model and its codec."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from aecore.analysis.reconstruction import encode, in_batches
from aecore.compression.codec import Codec, CodecRefused, step_of
from aecore.compression.container import (
    INVALID,
    LOSSLESS,
    NotDecoded,
    Packed,
    check_count,
    check_model,
    pack,
    unpack,
)
from aecore.compression.pictures import assemble, check_tiles, count_tiles, cut
from aecore.compression.stream import read_steps, write_steps
from aecore.data.arrays import to_bytes

Size = tuple[int, int, int]


@dataclass(frozen=True)
class Coder:
    """A codec with its encoder, samples (n, ...) → codes (n, d), and its decoder.

    note: bytes that a file holds before its codes, and that say more of its samples.
    """

    codec: Codec
    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]
    note: int = 0

    @cached_property
    def _shape(self) -> tuple[int, ...]:
        """Of a sample."""
        return self.decode(self.codec.mean[None]).shape[1:]

    @property
    def _values(self) -> int:
        """Of a sample, as its code or decoded, whichever are more."""
        return max(len(self.codec.mean), math.prod(self._shape))

    def compress(self, samples: np.ndarray, level: int) -> bytes:
        """Samples as the content of a file; the same samples give the same bytes."""
        return self.pack(self.encode(samples), level)

    def encode_picture(self, picture: np.ndarray) -> np.ndarray:
        """The codes (n, d) of the tiles of an 8-bit picture (height, width, 1 or 3).

        Raises:
            NotDecoded: it is too large.
        """
        check_tiles(picture.shape, self._shape, self._values)
        return np.concatenate([self.encode(tiles) for tiles in cut(picture, self._shape)])

    def pack(
        self, codes: np.ndarray, level: int, note: bytes = b"", picture: Size | None = None
    ) -> bytes:
        """Codes (n, d) as the content of a file.

        Args:
            picture: the size (height, width, channels) of one, if they are codes of its tiles.

        Raises:
            NotDecoded: there are none, or too many for one file.
        """
        check_count(len(codes), self._values)
        codec, step = self.codec, step_of(level)
        clusters, steps = codec.quantised(codes, level)
        written = write_steps(codec.prior, clusters, steps, step, codec.most_steps(level))
        return pack(Packed(codec.digest, level, len(codes), note + written, picture))

    def decompress(self, content: bytes) -> np.ndarray:
        """The samples (n, ...) of a file, images as 8-bit pixels, a picture as one of its size.

        Raises:
            NotDecoded: it is no such file, damaged, or was made by another model.
        """
        packed = unpack(content)
        codes, picture = self._codes(packed), packed.picture
        if picture is not None:
            return assemble(lambda tiles: self.decode(codes[tiles]), picture, self._shape)[None]
        outputs = self.decode(codes)
        return to_bytes(outputs) if outputs.ndim == 4 else outputs

    def _codes(self, packed: Packed) -> np.ndarray:
        codec = self.codec
        check_model(packed, codec.digest)
        if packed.level == LOSSLESS:
            raise NotDecoded("The file is lossless: it does not hold quantised codes.")
        if len(packed.codes) < self.note:
            raise NotDecoded(INVALID)
        check_count(packed.count, self._values)
        if packed.picture and packed.count != count_tiles(packed.picture, self._shape):
            raise NotDecoded(INVALID)
        reach, step = codec.most_steps(packed.level), step_of(packed.level)
        written = packed.codes[self.note :]
        clusters, steps, whole = read_steps(codec.prior, written, packed.count, step, reach)
        if not whole:
            raise NotDecoded(
                "The file does not decode to what was stored: it was altered on purpose, or this "
                "machine computes probabilities differently from the one that wrote it."
            )
        return codec.restored(clusters, steps, packed.level)

    def note_of(self, content: bytes) -> bytes:
        """What a file that can be decompressed holds before its codes."""
        return unpack(content).codes[: self.note]


def finest_within(levels: tuple[int, int], write: Callable[[int], bytes], most: int) -> int:
    """The finest level, of a first to a last, at which a file has at most so many bytes.

    Args:
        write: gives the content of a file at a level.

    Raises:
        CodecRefused: there is none.
    """
    first, last = levels
    sizes = []
    for level in range(last, first - 1, -1):
        sizes.append(len(write(level)))
        if sizes[-1] <= most:
            return level
    raise CodecRefused("The smallest file has {:,} bytes.", min(sizes))


def coder_of(model: Any, codec: Codec, note: int = 0) -> Coder:
    """The coder of a Keras model; what is missing goes in as the mean, 0."""
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    return Coder(
        codec,
        lambda samples: encode(encoder, np.nan_to_num(np.asarray(samples, np.float32)))[0],
        lambda codes: in_batches(decoder, np.asarray(codes, np.float32))[0],
        note,
    )
