"""Bits-back coding: the images of a file chained on one stack of bits.

Townsend, Bird & Barber 2019, "Practical lossless compression with latent variables using bits back
coding", arXiv:1901.04866. To store an image, its code is read from the stack as if it had been
written under q(z|x), which takes bits away; then the pixels are written under p(x|z) and the code
under p(z). In the mean that costs the negative evidence lower bound. Reading does the same in
reverse order, and gives the bits that were taken back to the stack.

The first image takes bits that nobody wrote. They are always the same, and part of the file: if
they are not what remains at the end, the file was changed, or the networks gave something else.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.compression.grey import places, table
from aecore.compression.stream import WORD, entropy_coding
from aecore.data.arrays import LARGEST_GREY

GROUP = 16  # rows that networks are always given
PER_UNIT = 256  # bins of a number of the code; a fine grid costs only start bits
REACH = 8 * PER_UNIT  # bins on each side of 0
PER_BIN = 16  # steps of a mean, and of a spread's octave: what both directions round to
NARROWEST, WIDEST = -2 * PER_BIN, 11 * PER_BIN  # spread, as steps of an octave
SPARE = 3  # words that stay on the stack: fewer cannot be written back exactly


@dataclass(frozen=True)
class Networks:
    """posterior: grey values (16, h, w, c) → mean and log-variance of codes (16, d).

    likelihood: codes (16, d) → log α and log β of pixels (16, h, w, c). Both in float64, always of
    16 rows: products of matrices of another shape may differ in their last bits.
    """

    shape: tuple[int, ...]
    size: int
    posterior: Callable[[np.ndarray], Sequence[np.ndarray]]
    likelihood: Callable[[np.ndarray], Sequence[np.ndarray]]

    def spread_of(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the codes of images (n, h, w, c), in bins, (n · d,)."""
        mean, log_variance = self.posterior(_filled(pixels / LARGEST_GREY))
        mean, log_variance = mean[: len(pixels)].ravel(), log_variance[: len(pixels)].ravel()
        octaves = log_variance / (2 * np.log(2)) + np.log2(PER_UNIT)
        steps = np.clip(np.rint(octaves * PER_BIN), NARROWEST, WIDEST)
        means = np.clip(np.rint(mean * PER_UNIT * PER_BIN) / PER_BIN, -REACH, REACH)
        # float32 hides the last bit of a power, in which libraries differ
        return means, np.exp2(steps / PER_BIN).astype(np.float32).astype(np.float64)

    def chances(self, codes: np.ndarray) -> np.ndarray:
        """The chance of each grey value of each pixel, (n · h · w · c, 256), from bins (n · d,)."""
        rows = codes.reshape(-1, self.size)
        found = self.likelihood(_filled(rows / PER_UNIT))
        return table()[places(*(each[: len(rows)] for each in found)).ravel()]


def write_images(images: np.ndarray, networks: Networks) -> bytes:
    """8-bit images (n, h, w, c) as bytes."""
    start = SPARE
    while (words := _written(images, networks, start)) is None:
        start += 1 + start // 8
    return words.astype("<u4").tobytes().rstrip(b"\0")


def read_images(content: bytes, count: int, networks: Networks) -> np.ndarray | None:
    """The inverse of `write_images`; None if the bytes are not of so many images."""
    coding = entropy_coding()
    if not content or content.endswith(b"\0"):
        return None
    padded = np.frombuffer(content + bytes(-len(content) % WORD), "<u4").astype(np.uint32)
    stack = coding.stack.AnsCoder(padded)
    images = np.empty((count, *networks.shape), np.uint8)
    for rows in reversed(groups(count)):
        number = networks.size * (rows.stop - rows.start)
        codes = stack.decode(_prior(coding), number)
        pixels = stack.decode(coding.model.Categorical(perfect=False), networks.chances(codes))
        images[rows] = pixels.reshape(-1, *networks.shape)
        if stack.num_words() == 0:  # before a forged count takes long
            return None
        stack.encode_reverse(codes, _posterior(coding), *networks.spread_of(images[rows]))
    left = stack.get_compressed()
    sound = len(left) >= SPARE and np.array_equal(left, _start(len(left)))
    return images if sound else None


def groups(count: int) -> list[slice]:
    """Which images share a pass: one, as start bits are lost, then as many as came before."""
    found, done = [], 0
    while done < count:
        size = min(GROUP, max(1, done), count - done)
        found.append(slice(done, done + size))
        done += size
    return found


def _written(images: np.ndarray, networks: Networks, start: int) -> np.ndarray | None:
    """The stack's words; None if so many start words are too few."""
    coding = entropy_coding()
    stack = coding.stack.AnsCoder(_start(start))
    for rows in groups(len(images)):
        pixels = images[rows]
        codes = stack.decode(_posterior(coding), *networks.spread_of(pixels))
        if stack.num_words() < SPARE:
            return None
        flat = pixels.ravel().astype(np.int32)
        chances = networks.chances(codes)
        stack.encode_reverse(flat, coding.model.Categorical(perfect=False), chances)
        stack.encode_reverse(codes, _prior(coding))
    return stack.get_compressed()


def _prior(coding: Any):
    return coding.model.QuantizedGaussian(-REACH, REACH, 0.0, float(PER_UNIT))


def _posterior(coding: Any):
    return coding.model.QuantizedGaussian(-REACH, REACH)


def _start(words: int) -> np.ndarray:
    """Start bits: arbitrary, but the same everywhere; the first words of one sequence."""
    made = hashlib.shake_128(b"bits-back").digest(WORD * words)
    return np.frombuffer(made, "<u4").astype(np.uint32) | 1  # a last word of 0 would be dropped


def _filled(rows: np.ndarray) -> np.ndarray:
    """Rows as a whole group."""
    return np.concatenate([rows, np.zeros((GROUP - len(rows), *rows.shape[1:]))])
