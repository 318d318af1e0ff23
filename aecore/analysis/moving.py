"""Reconstruction of shifted and rotated images, and the dimension of the sets they form."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import reconstruct, squared_errors
from aecore.analysis.study import Study, Subject, affordable
from aecore.data.arrays import to_bytes

SHIFTS = (0, 1, 2, 3, 4, 6)  # pixels to the right
ANGLES = (5, 10, 20, 30, 45, 60)  # degrees; not 0, since rotation blurs, which lowers the error
MOVED, FOLLOWED = 500, 100  # test images
FIRST, LAST = -6, 6  # pixels
TURN = 5  # degrees
SHARE = 0.95  # of the variance


@dataclass(frozen=True)
class Moving(Study):
    """Errors on `count` test images that are shifted and rotated.

    shifts (s,) in pixels, angles (a,) in degrees; shifted, turned (2, ·): squared error per image,
    mean and maximum. shift_images, shift_outputs (s, h, w, c) and turn_images, turn_outputs
    (a, h, w, c), 8-bit: of the image whose error increases most, before and after.
    shift_axes, turn_axes (100,), fewer of large images: the number of principal axes that hold 95%
    of the variance of an image in 13 positions, and in 72 orientations, although each of these is
    described by one number.
    """

    name = "moving"
    shifts: np.ndarray
    angles: np.ndarray
    shifted: np.ndarray
    turned: np.ndarray
    shift_images: np.ndarray
    shift_outputs: np.ndarray
    turn_images: np.ndarray
    turn_outputs: np.ndarray
    shift_axes: np.ndarray
    turn_axes: np.ndarray
    count: int

    @classmethod
    def of(cls, subject: Subject):
        images = subject.data.test.images
        shape = images.shape[1:]
        images = images[: affordable(MOVED, shape, copies=10)]
        shifted = _follow(subject.model, images, shift, SHIFTS)
        turned = _follow(subject.model, images, turn, ANGLES)
        few = images[: affordable(FOLLOWED, shape, copies=90)]
        places = np.stack([shift(few, p) for p in range(FIRST, LAST + 1)], axis=1)
        directions = np.stack([turn(few, angle) for angle in range(0, 360, TURN)], axis=1)
        return cls(
            np.array(SHIFTS),
            np.array(ANGLES),
            shifted[0],
            turned[0],
            *shifted[1:],
            *turned[1:],
            shift_axes=np.array([axes_needed(one) for one in places]),
            turn_axes=np.array([axes_needed(one) for one in directions]),
            count=len(images),
        )


def shift(images: np.ndarray, pixels: int) -> np.ndarray:
    """Images (n, h, w, c) shifted to the right (or left, < 0), filled with black."""
    width, far = images.shape[2], abs(pixels)
    wide = np.pad(images, ((0, 0), (0, 0), (far, far), (0, 0)))
    return wide[:, :, far - pixels : far - pixels + width]


def turn(images: np.ndarray, degrees: float) -> np.ndarray:
    """Images (n, h, w, c) rotated anticlockwise about their centre, filled with black."""
    from scipy.ndimage import rotate

    turned = rotate(images, degrees, axes=(2, 1), reshape=False, order=3)
    return np.clip(turned, 0, 1).astype(np.float32)  # cubic splines overshoot


def axes_needed(images: np.ndarray, share: float = SHARE) -> int:
    """The number of principal axes that hold a share of the variance of images (n, ...)."""
    flat = images.reshape(len(images), -1)
    squares = np.square(np.linalg.svd(flat - flat.mean(axis=0), compute_uv=False))
    if squares.sum() < 1e-9:  # they are all equal
        return 0
    return int(np.searchsorted(np.cumsum(squares) / squares.sum(), share) + 1)


def _follow(model, images: np.ndarray, move: Callable, steps: tuple) -> tuple[np.ndarray, ...]:
    """Errors (2, steps) of moved images; the image whose error increases most, its outputs."""
    pixels = np.prod(images.shape[1:])
    moved = [move(images, step) for step in steps]
    errors = np.stack([squared_errors(m, reconstruct(model, m)) * pixels for m in moved])
    worst = int(np.argmax(errors[-1] - errors[0]))
    pictures = np.stack([m[worst] for m in moved])
    outputs = reconstruct(model, pictures)
    figures = np.stack([errors.mean(axis=1), errors.max(axis=1)])
    return figures, to_bytes(pictures), to_bytes(np.clip(outputs, 0, 1))
