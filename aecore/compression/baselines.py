"""Lossless formats beside a model: PNG and WebP of a mosaic, gzip and bz2 of the bytes."""

import bz2
import gzip
import io

import numpy as np
from PIL import Image

from aecore.compression.formats import mosaic


def lossless_sizes(images: np.ndarray) -> dict[str, int]:
    """Bytes that 8-bit images (n, h, w, c) take: each format's best, all images in one file."""
    picture = mosaic(images)
    image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    streams = [images.tobytes(), picture.tobytes()]
    return {
        "PNG": _encoded(image, "PNG", optimize=True),
        "WebP": _encoded(image.convert("RGB"), "WEBP", lossless=True, method=6, quality=100),
        "gzip": min(len(gzip.compress(each, 9, mtime=0)) for each in streams),
        "bz2": min(len(bz2.compress(each, 9)) for each in streams),
    }


def _encoded(image: Image.Image, kind: str, **options) -> int:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return len(buffer.getvalue())
