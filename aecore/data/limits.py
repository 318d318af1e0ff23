"""How much is taken from whoever uploads; the interface states what is written here."""

import dataclasses
import math
from dataclasses import dataclass

from aecore.data.refusal import Refusal

MB = 2**20
MEGAPIXEL = 10**6


class Refused(Refusal):
    """One file cannot be used; the text says why."""


class Excess(Refused):
    """One file is too many: a limit of all files together is reached."""


@dataclass(frozen=True)
class Limits:
    """What is read, and no more.

    files: images at a time; file_bytes: an image's file; total_bytes: all that is uploaded;
    inflated_bytes: all that ZIPs unpack to; pixels: an image, looked at before it is decoded.
    all_pixels: of all images together; seconds: of processor time, for all of them.
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
        """The limits as a user reads them."""
        return (
            f"up to {self.files:,} images of at most {megabytes(self.file_bytes)} and "
            f"{self.pixels / MEGAPIXEL:g} megapixels each, {megabytes(self.total_bytes)} in all "
            f"({megabytes(self.inflated_bytes)} unpacked)"
        )


def megabytes(count: int) -> str:
    """20971520 → '20 MB'."""
    return f"{count / MB:,.0f} MB" if count >= MB else f"{count:,} bytes"


AT_ONCE = Limits(200, 20 * MB, 200 * MB, 400 * MB, 40 * MEGAPIXEL)  # images to look at
COLLECTION = Limits(  # a data set's images
    20_000, 20 * MB, 500 * MB, 2000 * MB, 40 * MEGAPIXEL, 20_000 * MEGAPIXEL, 1_200
)
VALUES = 2**25  # of the images that a visitor looks at: 134 MB, and their reconstructions


def at_once(shape: tuple[int, int, int]) -> Limits:
    """The limits of images to look at with a model of a shape: fewer where they are large."""
    return dataclasses.replace(AT_ONCE, files=min(AT_ONCE.files, VALUES // math.prod(shape)))
