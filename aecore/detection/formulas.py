"""The formulas of scores: arrays alone, so that an exported script can carry them as they are.

Each takes what was learnt (name → array) and `found`, which has the arrays of `Features` of n
samples, and gives (n,), larger for what is more unusual.
"""

import numpy as np


def residuals(found):
    """What the reconstruction lacks, (n, …); 0 where a value is missing."""
    return np.nan_to_num(found.samples - found.outputs)


def error(state, found):
    """The mean squared error over the known values of each sample."""
    known = (~np.isnan(found.samples)).reshape(len(found.samples), -1).sum(axis=1)
    squares = np.square(residuals(found)).reshape(len(known), -1).sum(axis=1, dtype=np.float64)
    return squares / np.maximum(known, 1)


def blurred(values, width):
    """The mean over `width` neighbours along each side; (n, h, w, c) or (n, steps, c)."""
    for axis in range(1, values.ndim - 1):
        count = min(width, values.shape[axis])
        sums = np.cumsum(values, axis=axis, dtype=np.float64)
        sums = np.insert(sums, 0, 0, axis=axis)
        last = np.arange(count, sums.shape[axis])
        values = (np.take(sums, last, axis) - np.take(sums, last - count, axis)) / count
    return values


def worst(state, found):
    """The largest mean squared error of a region; `width` is its side."""
    squares = np.square(residuals(found)).mean(axis=-1, keepdims=True)
    return blurred(squares, int(state["width"])).reshape(len(squares), -1).max(axis=1)


def dissimilarity(state, found):
    """1 - SSIM, with means over windows of 7 pixels (Wang et al. 2004)."""
    x, y = found.samples, found.outputs
    mx, my = blurred(x, 7), blurred(y, 7)
    vx, vy = blurred(x * x, 7) - mx * mx, blurred(y * y, 7) - my * my
    both = blurred(x * y, 7) - mx * my
    similar = (2 * mx * my + 1e-4) * (2 * both + 9e-4)
    similar = similar / ((mx * mx + my * my + 1e-4) * (vx + vy + 9e-4))
    return 1 - similar.reshape(len(x), -1).mean(axis=1)


def whitened(state, found):
    """The residuals in units of their spread on normal data; the logarithm bounds each value.

    It is the mean over the known values of each sample.
    """
    known = ~np.isnan(found.samples).reshape(len(found.samples), -1)
    flat = residuals(found).reshape(known.shape)
    apart = np.log1p(np.square((flat - state["mean"]) / state["scale"]))
    sums = np.where(known, apart, 0).sum(axis=1, dtype=np.float64)
    return sums / np.maximum(known.sum(axis=1), 1)


def distance(state, values):
    """The squared Mahalanobis distance of values (n, …) a dimension.

    Variance is `variance` along each of `axes` (k, d), and `rest` across all others.
    """
    centred = values.reshape(len(values), -1).astype(np.float64) - state["mean"]
    along = np.square(centred @ state["axes"].T)  # (n, k)
    across = np.maximum(np.square(centred).sum(axis=1) - along.sum(axis=1), 0)
    return ((along / state["variance"]).sum(axis=1) + across / state["rest"]) / centred.shape[1]


def residual(state, found):
    """The Mahalanobis distance of the residual."""
    return distance(state, residuals(found))


def code(state, found):
    """The Mahalanobis distance of the code."""
    return distance(state, found.codes)


def nearest(values, normal, count):
    """The mean distance of values (n, d) to their nearest among normal ones (m, d)."""
    squares = np.square(normal).sum(axis=1)
    found = np.empty(len(values))
    for start in range(0, len(values), 256):
        part = values[start : start + 256]
        apart = np.square(part).sum(axis=1)[:, None] + squares - 2 * part @ normal.T
        closest = np.partition(apart, count - 1, axis=1)[:, :count]
        found[start : start + 256] = np.sqrt(np.maximum(closest, 0)).mean(axis=1)
    return found


def neighbours(state, found):
    """The mean distance to the nearest normal codes, each number in units of its spread."""
    codes = (found.codes - state["mean"]) / state["scale"]
    return nearest(codes, state["normal"], int(state["count"]))


def highest(scores, share):
    """The mean of the highest share of scores (n, places)."""
    count = max(1, round(share * scores.shape[1]))
    return np.partition(scores, -count, axis=1)[:, -count:].mean(axis=1)


def whole(state, found):
    """The Mahalanobis distance of all feature maps together."""
    return distance(state, found.maps)


def upright(state, found):
    """The feature maps at each place without their correlations, (places, n, c)."""
    maps = found.maps.reshape(len(found.maps), -1, found.maps.shape[-1])
    return (maps - state["mean"]).transpose(1, 0, 2) @ state["whitening"]


def patches(state, found):
    """The distance of each place of the feature maps to the nearest normal one at that place."""
    normal = state["normal"].astype(np.float32).transpose(1, 0, 2)  # (places, m, c)
    pairs = zip(upright(state, found), normal, strict=True)
    apart = np.stack([nearest(place, kept, 1) for place, kept in pairs], axis=1)
    return highest(apart, float(state["share"]))


def places(state, found):
    """The Mahalanobis distance of the feature maps at each place; the mean of the highest."""
    return highest(np.square(upright(state, found)).mean(axis=2).T, float(state["share"]))


def bound(state, found):
    """Minus the evidence lower bound in nats, the code at its mean (Kingma & Welling 2013).

    Grey values cost their cross-entropy; other values a squared error in units of its spread.
    """
    variance = np.square(found.spread)
    kl = 0.5 * (np.square(found.codes) + variance - 1 - np.log(variance)).sum(axis=1)
    if "scale" in state:
        apart = residuals(found).reshape(len(kl), -1) / state["scale"]
        return kl + 0.5 * np.square(apart).sum(axis=1)
    x, p = found.samples, np.clip(found.outputs, 1e-7, 1 - 1e-7).astype(np.float64)
    nats = -(x * np.log(p) + (1 - x) * np.log1p(-p))
    return kl + nats.reshape(len(kl), -1).sum(axis=1)


def combined(state, found):
    """The mean of several scores, each in units of its median on normal data."""
    total = np.zeros(len(found.samples))
    for key in map(str, state["parts"]):
        own = {name.removeprefix(f"{key}."): value for name, value in state.items()}
        total = total + FORMULAS[key](own, found) / float(own["median"])
    return total / len(state["parts"])


FORMULAS = {
    "error": error,
    "worst": worst,
    "dissimilarity": dissimilarity,
    "whitened": whitened,
    "residual": residual,
    "code": code,
    "neighbours": neighbours,
    "whole": whole,
    "patches": patches,
    "places": places,
    "bound": bound,
    "combined": combined,
}
