"""Reconstruction losses: the numbers of Keras' own, summed on all cores.

XLA reduces a batch to one number on a single core, which took longer than the matrix products of
a small network. A product with a column of ones is spread over all of them.
"""

import math

from keras import ops

LEAST = 1e-7  # probabilities are kept this far from 0 and 1, as Keras does


def binary_crossentropy(images, outputs):
    """Mean cross-entropy a pixel of each image in nats; (n, h, w, c) twice → (n,)."""
    p = ops.clip(outputs, LEAST, 1 - LEAST)
    return _mean(-(images * ops.log(p) + (1 - images) * ops.log(1 - p)))


def mean_squared_error(images, outputs):
    """Mean squared error per pixel of each image; (n, h, w, c) twice → (n,)."""
    return _mean(ops.square(outputs - images))


def _mean(values):
    pixels = math.prod(values.shape[1:])
    ones = ops.full((pixels, 1), 1 / pixels, dtype=values.dtype)
    return ops.matmul(ops.reshape(values, (-1, pixels)), ones)[:, 0]
