"""A codec measured: bits per pixel and quality over steps, beside image formats and PCA."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import picture_psnr, similarities
from aecore.analysis.study import Study, Watch, affordable, unwatched
from aecore.compression.codec import CHECKED, KNOWN, MOST_AXES, fit_codec
from aecore.compression.coding import Coder
from aecore.compression.formats import FORMATS, points
from aecore.data.arrays import to_bytes, to_floats
from aecore.data.splits import Dataset

MOST_IMAGES, MOST_VALUES = 1_000, 2**22  # measured
ALONE = 50  # images, each in a file of its own
COMPARED = 200  # images whose SSIM is taken
BAND, WINDOW = 256, 11  # rows of a picture at a time, and of a window of SSIM
EVERY = 2  # levels from one point of a curve to the next


@dataclass(frozen=True)
class Compression(Study):
    """Curves of a codec and of others on test images, or on rows or windows (`cell_curves`).

    curves: name → "bits" a pixel, "psnr" and "ssim" of all images in one file, lists of the same
    length. alone: bits per pixel, mean over images each in a file of its own, of the length of the
    codec's curve. levels: of that curve. usual: the level to begin with. limit: PSNR, or error, of
    the model with codes that are not quantised. decoder, codec: bytes. count: of test images.
    """

    name: ClassVar[str] = "compression"
    compares: ClassVar[bool] = True

    curves: dict[str, dict[str, list[float]]]
    levels: list[int]
    alone: list[float]
    usual: int
    limit: float
    decoder: int
    codec: int
    count: int


THIS, PCA = "autoencoder", "PCA"


def set_psnr(clean: np.ndarray, outputs: np.ndarray) -> float:
    """PSNR in dB of the mean squared error over all pixels of 8-bit images."""
    return picture_psnr(*(each.reshape(-1, *each.shape[2:]) for each in (clean, outputs)))


def quality(clean: np.ndarray, outputs: np.ndarray) -> tuple[float, float]:
    """PSNR of all 8-bit images together, and the mean SSIM of the first ones."""
    floats = [to_floats(each[:COMPARED]) for each in (clean, outputs)]
    return set_psnr(clean, outputs), float(similarities(*floats).mean())


def picture_quality(clean: np.ndarray, outputs: np.ndarray) -> tuple[float, float]:
    """PSNR and SSIM of an 8-bit picture (height, width, c), a band of rows at a time."""
    likeness, windows = 0.0, 0
    for top in range(0, max(1, len(clean) - WINDOW + 1), BAND):
        rows = slice(top, top + BAND + WINDOW - 1)  # windows reach into the next band
        count = max(1, len(clean[rows]) - WINDOW + 1)
        bands = [to_floats(each[None, rows]) for each in (clean, outputs)]
        likeness += count * float(similarities(*bands)[0])
        windows += count
    return picture_psnr(clean, outputs), likeness / windows


def measure_codec(
    coder: Coder, data: Dataset, decoder: int, watch: Watch = unwatched
) -> Compression:
    """The study of a codec on test images.

    Args:
        decoder: bytes of the decoder. watch: may raise, which ends the measurement.
    """
    names = (THIS, PCA, *(each.title for each in FORMATS.values()))

    def told(name: str, points: Sequence) -> Iterator:
        for number, point in enumerate(points):
            share = (names.index(name) + number / len(points)) / len(names)
            watch(f"Measuring {name if name != THIS else 'the model'}", share)
            yield point

    tested = affordable(min(MOST_IMAGES, len(data.test)), data.test.images.shape[1:],
                        values=MOST_VALUES)  # fmt: skip
    floats = data.test.images[:tested]
    images, codes = to_bytes(floats), coder.encode(floats)
    levels = curve_levels(coder)
    curves = {THIS: curve(coder, codes, images, told(THIS, levels))}
    pixels = int(np.prod(images.shape[1:3]))
    alone = [
        8 * float(np.mean([len(coder.pack(codes[at : at + 1], level)) for at in range(ALONE)]))
        / pixels
        for level in levels
    ] if tested >= ALONE else []  # fmt: skip
    plain = pca_coder(data)
    curves[PCA] = curve(plain, plain.encode(floats), images, told(PCA, curve_levels(plain)))
    for key, each in FORMATS.items():
        curves[each.title] = best(
            [(8 * size / images[..., 0].size, *quality(images, back))
             for size, back in told(each.title, points(images, key))]
        )  # fmt: skip
    limit = set_psnr(images, to_bytes(coder.decode(codes)))
    size = sum(array.nbytes for array in coder.codec.to_arrays().values())
    return Compression(curves, levels, alone, coder.codec.usual, limit, decoder, size, tested)


def curve_levels(coder: Coder) -> list[int]:
    """The levels that a curve has points at."""
    first, last = coder.codec.levels
    return list(range(first, last + 1, EVERY))


def curve(
    coder: Coder, codes: np.ndarray, images: np.ndarray, levels: Iterable[int]
) -> dict[str, list[float]]:
    """Bits per pixel, PSNR and SSIM of 8-bit images (n, h, w, c) in one file at each level."""
    rows = []
    for level in levels:
        content = coder.pack(codes, level)
        rows.append(
            (8 * len(content) / images[..., 0].size, *quality(images, coder.decompress(content)))
        )
    return _named(rows)


def best(rows: list[tuple[float, float, float]]) -> dict[str, list[float]]:
    """The points that are better than all smaller ones."""
    kept: list[tuple[float, float, float]] = []
    for row in sorted(rows):
        if not kept or row[1] > kept[-1][1]:
            kept.append(row)
    return _named(kept)


def _named(rows: list[tuple[float, float, float]]) -> dict[str, list[float]]:
    bits, psnr, ssim = (list(map(float, column)) for column in zip(*rows, strict=True))
    return {"bits": bits, "psnr": psnr, "ssim": ssim}


def at_bits(found: dict[str, list[float]], bits: float) -> float:
    """The PSNR of a curve at so many bits per pixel, between its points; NaN where it has none."""
    order = np.argsort(found["bits"])
    x, y = (np.asarray(found[name])[order] for name in ("bits", "psnr"))
    if bits < x[0]:
        return float("nan")
    return float(np.interp(np.log(bits), np.log(x), y))  # a codec may always take fewer bits


def pca_coder(data: Dataset, note: int = 0) -> Coder:
    """PCA with the same quantisation, prior and file; what is missing is the mean, 0.

    Args:
        note: as of a `Coder`.
    """
    found = principal_components(np.nan_to_num(data.training.images))
    shape = data.training.images.shape[1:]
    axes, mean = found.axes[: min(MOST_AXES, found.rank)], found.mean

    def encode(samples: np.ndarray) -> np.ndarray:
        return (np.nan_to_num(samples).reshape(len(samples), -1) - mean) @ axes.T

    def decode(codes: np.ndarray) -> np.ndarray:
        return (np.asarray(codes, np.float32) @ axes + mean).reshape(-1, *shape)

    checked = data.validation.images[:CHECKED]
    known = encode(data.training.images[:KNOWN])
    codec = fit_codec(decode, known, encode(checked), checked)
    return Coder(dataclasses.replace(codec, digest="0" * 12), encode, decode, note)
