"""Image formats beside a codec: JPEG, WebP and AVIF of a mosaic of the same images."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

BLOCK = 8  # pixels that formats treat together
MOST_ENCODED = 7  # qualities tried to meet a size


@dataclass(frozen=True)
class Format:
    """An image format: its name, options of Pillow, and qualities, the worst first."""

    title: str
    options: dict
    qualities: tuple[int, ...]


FORMATS = {
    "JPEG": Format("JPEG", {"optimize": True, "progressive": True}, tuple(range(1, 96))),
    "WEBP": Format("WebP", {"method": 6}, tuple(range(0, 101))),
    "AVIF": Format("AVIF", {"speed": 6}, tuple(range(0, 100))),
}
DRAWN = (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8)  # shares of the qualities


def mosaic(images: np.ndarray, pad: bool = False) -> np.ndarray:
    """8-bit images (n, h, w, c) in one picture; `pad` gives each whole blocks of 8 × 8 pixels."""
    count, height, width, channels = images.shape
    if pad:
        margins = ((0, 0), (0, -height % BLOCK), (0, -width % BLOCK), (0, 0))
        images = np.pad(images, margins, mode="edge")
        height, width = images.shape[1:3]
    across = int(np.ceil(np.sqrt(count)))
    down = -(-count // across)
    blank = np.zeros((across * down - count, height, width, channels), np.uint8)
    rows = np.concatenate([images, blank]).reshape(down, across, height, width, channels)
    return rows.transpose(0, 2, 1, 3, 4).reshape(down * height, across * width, channels)


def apart(picture: np.ndarray, shape: tuple[int, ...], pad: bool = False) -> np.ndarray:
    """The inverse of `mosaic`: images (n, h, w, c) of a shape (n, h, w, c)."""
    count, height, width, channels = shape
    tall, wide = (side + (-side % BLOCK if pad else 0) for side in (height, width))
    across = picture.shape[1] // wide
    rows = picture.reshape(-1, tall, across, wide, channels).transpose(0, 2, 1, 3, 4)
    return rows.reshape(-1, tall, wide, channels)[:count, :height, :width]


def encoded(picture: np.ndarray, key: str, quality: int) -> bytes:
    """A picture (h, w, c) as the content of a file."""
    known, buffer = FORMATS[key], io.BytesIO()
    image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    if key != "JPEG":
        image = image.convert("RGB")
    image.save(buffer, key, quality=quality, **known.options)
    return buffer.getvalue()


def decoded(content: bytes, channels: int) -> np.ndarray:
    """A picture (h, w, c) of the content of a file."""
    image = Image.open(io.BytesIO(content)).convert("L" if channels == 1 else "RGB")
    return np.asarray(image).reshape(image.height, image.width, channels)


def points(images: np.ndarray, key: str) -> list[tuple[int, np.ndarray]]:
    """Bytes and decoded images at some qualities, with and without padding."""
    found, known = [], FORMATS[key].qualities
    for share in DRAWN:
        quality = known[round(share * (len(known) - 1))]
        for pad in {False, bool(images.shape[1] % BLOCK or images.shape[2] % BLOCK)}:
            content = encoded(mosaic(images, pad), key, quality)
            back = apart(decoded(content, images.shape[-1]), images.shape, pad)
            found.append((len(content), back))
    return found


def of_size(images: np.ndarray, key: str, most: int) -> tuple[int, np.ndarray]:
    """Bytes and decoded images at the best quality of at most so many bytes, or at the worst."""
    known, picture = FORMATS[key].qualities, mosaic(images)
    low, high = 0, len(known) - 1
    best = encoded(picture, key, known[0])
    for _ in range(MOST_ENCODED):
        if low >= high or len(best) > most:
            break
        middle = (low + high + 1) // 2
        content = encoded(picture, key, known[middle])
        if len(content) <= most:
            best, low = content, middle
        else:
            high = middle - 1
    return len(best), apart(decoded(best, images.shape[-1]), images.shape)
