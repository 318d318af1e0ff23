"""Reconstruction losses: the numbers of Keras' own, summed on all cores.

XLA reduces a batch to one number on a single core, which took longer than the matrix products of
a small network. A product with a column of ones is spread over all of them.
"""

import math

import numpy as np
from keras import ops

LEAST = 1e-7  # probabilities are kept this far from 0 and 1, as Keras does


def binary_crossentropy(images, outputs):
    """Mean cross-entropy a pixel of each image in nats; (n, h, w, c) twice → (n,)."""
    p = ops.clip(outputs, LEAST, 1 - LEAST)
    return _mean(-(images * ops.log(p) + (1 - images) * ops.log(1 - p)))


def mean_squared_error(images, outputs):
    """Mean squared error per pixel of each image; (n, h, w, c) twice → (n,)."""
    return _mean(ops.square(outputs - images))


def masked_squared_error(samples, outputs):
    """Mean squared error per known value of each row or window; (n, …) twice → (n,)."""
    values = math.prod(samples.shape[1:])
    samples, outputs = (ops.reshape(part, (-1, values)) for part in (samples, outputs))
    known = ops.logical_not(ops.isnan(samples))
    errors = ops.where(known, ops.square(outputs - ops.where(known, samples, 0.0)), 0.0)
    return _shared(errors, ops.cast(known, errors.dtype))


def mixed(layout: tuple[int, ...]):
    """The loss of tables: squared error of numbers, cross-entropy (nats) of categories.

    A mean over the known columns of each row; (n, width) twice → (n,). The outputs for a category
    are logits.

    Args:
        layout: how many values each column has.
    """
    starts = np.cumsum([0, *layout[:-1]])
    places = {  # width of a column → where the values of such columns lie, (columns, width)
        width: np.array(
            [s + np.arange(width) for s, w in zip(starts, layout, strict=True) if w == width]
        )
        for width in sorted(set(layout))
    }

    def loss(rows, outputs):
        terms, known = [], []
        for width, at in places.items():
            wanted, given = (ops.take(part, at.ravel(), axis=1) for part in (rows, outputs))
            wanted, given = (ops.reshape(part, (-1, *at.shape)) for part in (wanted, given))
            there = ops.logical_not(ops.isnan(wanted[..., 0]))  # (n, columns)
            wanted = ops.where(there[..., None], wanted, 0.0)
            if width == 1:
                terms.append(ops.where(there, ops.square(given - wanted)[..., 0], 0.0))
            else:
                terms.append(-ops.sum(wanted * ops.log_softmax(given), axis=-1))
            known.append(ops.cast(there, given.dtype))
        return _shared(ops.concatenate(terms, axis=1), ops.concatenate(known, axis=1))

    return loss


def _shared(terms, known):
    """The mean of the known terms of each row, (n, terms) → (n,); 0 where none is known."""
    ones = ops.ones((terms.shape[1], 1), dtype=terms.dtype)
    total, count = ops.matmul(terms, ones), ops.matmul(known, ones)
    return (total / ops.maximum(count, 1.0))[:, 0]


def _mean(values):
    pixels = math.prod(values.shape[1:])
    ones = ops.full((pixels, 1), 1 / pixels, dtype=values.dtype)
    return ops.matmul(ops.reshape(values, (-1, pixels)), ones)[:, 0]
