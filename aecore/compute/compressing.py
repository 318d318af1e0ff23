"""How a worker compresses samples by a run's codec, and decompresses files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.compression.cells import Cells, Given
from aecore.compression.coding import Coder
from aecore.compression.tabular import CompressedCells
from aecore.compute.warm_models import load

SHOWN = 10  # compressed images that come back
WHOLE_SIDE = 760  # pixels of a whole picture that comes back, at most
DETAIL_SIDE = 160  # pixels of its middle, which comes back as it is
COMPARED_PIXELS = 6_000_000  # of a larger picture other formats would take minutes


@dataclass(frozen=True)
class Version:
    """What comes back from so many bytes: the first images, 8-bit, and the quality of all."""

    size: int
    images: np.ndarray
    psnr: float
    ssim: float


@dataclass(frozen=True)
class Compressed:
    """A compressed file of so many images, and the first of these (n, h, w, c), 8-bit.

    level: of its step; levels: the codec's first and last. versions: "" is the file; image formats
    by their titles, in at most as many bytes, if they can. Of a picture in tiles the first image is
    its middle; picture: its size, tiles: how many, whole: before and after, made smaller.
    """

    content: bytes
    count: int
    clean: np.ndarray
    level: int
    levels: tuple[int, int]
    versions: dict[str, Version]
    picture: tuple[int, int, int] | None = None
    tiles: int = 0
    whole: tuple[np.ndarray, ...] = ()


def compress(path: str, images: np.ndarray | int, level: int | None) -> Compressed:
    """See `Calls.compress`."""
    from aecore.compression.formats import FORMATS, of_size
    from aecore.compression.measures import quality
    from aecore.data.arrays import to_bytes
    from aecore.data.datasets import load as load_data
    from aecore.runs.codecs import coder_for
    from aecore.runs.run import Run

    run = Run(Path(path))
    coder = coder_for(run, load(str(run.model_path)).model)
    level = coder.codec.usual if level is None else level
    if isinstance(images, int):
        images = load_data(run.dataset).test.images[:images]
    elif images.ndim == 3:
        return _compress_picture(coder, images, level)
    content = coder.compress(images, level)
    clean, outputs = to_bytes(images), coder.decompress(content)
    found = {"": (len(content), outputs)}
    found |= {each.title: of_size(clean, key, len(content)) for key, each in FORMATS.items()}
    versions = {
        name: Version(size, back[:SHOWN], *quality(clean, back))
        for name, (size, back) in found.items()
    }
    return Compressed(content, len(clean), clean[:SHOWN], level, coder.codec.levels, versions)


def _compress_picture(coder: Coder, picture: np.ndarray, level: int) -> Compressed:
    """An 8-bit picture (height, width, c) in tiles."""
    from aecore.compression.formats import FORMATS, of_size
    from aecore.compression.measures import picture_quality
    from aecore.figures.grid import thumbnail

    codes = coder.encode_picture(picture)
    content = coder.pack(codes, level, picture=picture.shape)
    (back,) = coder.decompress(content)
    found = {"": (len(content), back)}
    if picture.shape[0] * picture.shape[1] <= COMPARED_PIXELS:
        for key, each in FORMATS.items():
            size, (other,) = of_size(picture[None], key, len(content))
            found[each.title] = size, other
    versions = {
        name: Version(size, _middle(each)[None], *picture_quality(picture, each))
        for name, (size, each) in found.items()
    }
    return Compressed(
        content, 1, _middle(picture)[None], level, coder.codec.levels, versions, picture.shape,
        len(codes), tuple(thumbnail(each, WHOLE_SIDE) for each in (picture, back)),
    )  # fmt: skip


def _middle(picture: np.ndarray) -> np.ndarray:
    top, left = (max(0, (side - DETAIL_SIDE) // 2) for side in picture.shape[:2])
    return picture[top : top + DETAIL_SIDE, left : left + DETAIL_SIDE]


def compress_cells(path: str, given: Given | int, level: int | None) -> CompressedCells:
    """See `Calls.compress_cells`."""
    from aecore.compression.tabular import compress_cells, tested_cells
    from aecore.data.datasets import load as load_data
    from aecore.runs.codecs import coder_for
    from aecore.runs.run import Run

    run = Run(Path(path))
    if isinstance(given, int):
        given = tested_cells(run.source, load_data(run.dataset).test.images, given)
    return compress_cells(run.source, coder_for(run, load(str(run.model_path)).model), given, level)


@dataclass(frozen=True)
class Unchanged:
    """A lossless file of so many images, and the first of these (n, h, w, c), 8-bit.

    bound: the model's negative evidence lower bound on them, in bits per pixel, a colour image's of
    all channels. sizes: bytes of other lossless formats by their titles.
    """

    content: bytes
    count: int
    clean: np.ndarray
    bound: float
    sizes: dict[str, int]


def compress_unchanged(path: str, images: np.ndarray | int) -> Unchanged:
    """See `Calls.compress_unchanged`."""
    from aecore.analysis.likelihood import lower_bound
    from aecore.compression.baselines import lossless_sizes
    from aecore.compression.container import NotDecoded
    from aecore.compression.lossless import lossless_of
    from aecore.data.arrays import to_bytes, to_floats
    from aecore.data.datasets import load as load_data
    from aecore.runs.run import Run

    run = Run(Path(path))
    if isinstance(images, int):
        images = load_data(run.dataset).test.images[:images]
    model, clean = load(str(run.model_path)).model, to_bytes(images)
    coder = lossless_of(model)
    content = coder.compress(clean)
    if not np.array_equal(coder.decompress(content), clean):
        raise NotDecoded("The file does not give the images back on this machine.")
    nats = -lower_bound(model, to_floats(clean))["elbo"]
    bound = nats / np.log(2) / float(np.prod(clean.shape[1:3]))
    return Unchanged(content, len(clean), clean[:SHOWN], bound, lossless_sizes(clean))


def decompress(paths: list[str], content: bytes) -> tuple[str, np.ndarray | Cells]:
    """See `Calls.decompress`."""
    from aecore.runs.codecs import open_file
    from aecore.runs.run import Run

    runs = [Run(Path(path)) for path in paths]
    run, held = open_file(content, runs, lambda run: load(str(run.model_path)).model)
    return run.id, held
