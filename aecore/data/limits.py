"""Limits of uploads; the interface shows them as they are defined here."""

import dataclasses
import math
from dataclasses import dataclass

from aecore.data.refusal import Refusal

MB = 2**20
MEGAPIXEL = 10**6


class Refused(Refusal):
    """One file cannot be used; the text says why."""


class Excess(Refused):
    """A limit of all files together is reached."""


@dataclass(frozen=True)
class Limits:
    """Limits of what is read.

    files: images at a time; file_bytes: per image file; total_bytes: per upload;
    inflated_bytes: unpacked from all ZIPs; pixels: per image, checked before it is decoded;
    all_pixels: of all images together; seconds: of processor time for all of them.
    """

    files: int
    file_bytes: int
    total_bytes: int
    inflated_bytes: int
    pixels: int
    all_pixels: int = 2_500 * MEGAPIXEL
    seconds: int = 60

    @property
    def words(self) -> str:
        """The limits in words."""
        return (
            f"up to {self.files:,} images of at most {megabytes(self.file_bytes)} and "
            f"{self.pixels / MEGAPIXEL:g} megapixels each, {megabytes(self.total_bytes)} in all "
            f"({megabytes(self.inflated_bytes)} unpacked)"
        )


def megabytes(count: int) -> str:
    """20971520 → '20 MB'."""
    return f"{count / MB:,.0f} MB" if count >= MB else f"{count:,} bytes"


AT_ONCE = Limits(200, 20 * MB, 200 * MB, 400 * MB, 40 * MEGAPIXEL)  # images to reconstruct
COLLECTION = Limits(  # images of a data set
    20_000, 20 * MB, 500 * MB, 2000 * MB, 40 * MEGAPIXEL, 20_000 * MEGAPIXEL, 1_200
)
VALUES = 2**25  # of the images that a visitor reconstructs: 134 MB, and their reconstructions


def at_once(shape: tuple[int, ...]) -> Limits:
    """The limits of images to reconstruct with a model of a shape: fewer if they are large."""
    return dataclasses.replace(AT_ONCE, files=min(AT_ONCE.files, VALUES // math.prod(shape)))
