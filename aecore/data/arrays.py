"""The array convention of the project, checked once at each border.

Images are `float32` in [0, 1] with shape (n, height, width, channels).
"""

import numpy as np
from PIL import Image

from aecore.data.refusal import Refusal

LARGEST_GREY = 255  # the largest 8-bit value
PICTURE_SIDE = 96  # pixels; pictures that are only shown are kept no larger


class ArrayError(Refusal):
    """An array does not follow the convention; the text says how."""


def check_images(images: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Returns images as contiguous float32 (n, height, width, channels) in [0, 1].

    Args:
        images: such an array; 8-bit integers are divided by 255, a missing channel axis is added.
        shape: the required (height, width, channels), or None.

    Raises:
        ArrayError: wrong rank, wrong shape, empty, not a number, or out of range.
    """
    images = np.asarray(images)
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4:
        raise ArrayError("Images need 4 axes (n, height, width, channels), not {}.", images.ndim)
    if 0 in images.shape:
        raise ArrayError("There are no images.")
    if images.shape[-1] not in (1, 3):
        raise ArrayError("Images have 1 (grey) or 3 (colour) channels, not {}.", images.shape[-1])
    if shape is not None and images.shape[1:] != tuple(shape):
        raise ArrayError(
            "The model takes images of {}, not of {}.",
            describe_shape(shape),
            describe_shape(images.shape[1:]),
        )
    if images.dtype == np.uint8:
        return to_floats(images)
    images = np.ascontiguousarray(images, dtype=np.float32)
    if not np.isfinite(images).all():
        raise ArrayError("Some pixels are not a number.")
    if images.min() < 0 or images.max() > 1:
        raise ArrayError(
            "Pixels must lie in [0, 1]; they run from {:g} to {:g}.", images.min(), images.max()
        )
    return images


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Images in [0, 1] as 8-bit integers, rounded and clipped; the shape stays."""
    return (np.clip(images, 0, 1) * LARGEST_GREY + 0.5).astype(np.uint8)


def to_floats(samples: np.ndarray) -> np.ndarray:
    """Samples as they are kept, 8-bit or floats, as the floats that a model takes."""
    if samples.dtype == np.uint8:
        return np.divide(samples, np.float32(LARGEST_GREY), dtype=np.float32)
    return samples


def picture_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that `to_pictures` gives images of a shape (height, width, channels)."""
    height, width, channels = shape
    scale = min(1.0, PICTURE_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale)), channels


def to_pictures(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c), 8-bit or in [0, 1], as 8-bit pictures no larger than 96 × 96."""
    shape = picture_shape(images.shape[1:])
    if shape == images.shape[1:]:
        return images if images.dtype == np.uint8 else to_bytes(images)
    return np.stack([resized(image, shape) for image in images]).reshape(-1, *shape)


def resized(image: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """An image (h, w, c), 8-bit or in [0, 1], as 8-bit pixels of a smaller shape, averaged."""
    image = image if image.dtype == np.uint8 else to_bytes(image)
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    return np.asarray(picture.resize((shape[1], shape[0]), Image.Resampling.BOX)).reshape(shape)


def describe_shape(shape: tuple[int, ...]) -> str:
    """(28, 28, 1) → '28 × 28 grey'; (24, 3) → '24 steps × 3 channels'; (12,) → '12 values'."""
    match shape:
        case (height, width, channels):
            return f"{height} × {width} {'grey' if channels == 1 else 'colour'}"
        case (steps, channels):
            return f"{steps:,} steps × {channels} channel{'s' if channels > 1 else ''}"
    return f"{shape[0]:,} values"
