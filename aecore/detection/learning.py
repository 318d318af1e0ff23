"""What each score learns from normal data: few plain arrays, however much data there is."""

import numpy as np

from aecore.detection import formulas
from aecore.detection.features import Features

State = dict[str, np.ndarray]

MOST = 2000  # samples that are kept, or from which directions are found
MOST_AXES = 128
MOST_PLACES = 4096  # of feature maps that are kept
FLOOR = 0.01  # of the mean variance: added to each, so that none is next to nothing
NEAREST = 3
SHARE = 0.02  # of the places of feature maps, by whose mean a sample is judged
TAIL = 0.1  # of the normal scores, from which the tail is continued
SEED = 0


def nothing(training: Features, validation: Features) -> State:
    """For scores that learn nothing."""
    return {}


def region(training: Features, validation: Features) -> State:
    """The side of a region: an eighth of the smallest side of a sample, at least 3."""
    return {"width": np.array(max(3, min(training.samples.shape[1:-1]) // 8))}


def residual_spread(training: Features, validation: Features) -> State:
    """Mean and spread of the residual of each value, on validation data."""
    return _scaled(formulas.residuals(_enough(training, validation)))


def residual_gaussian(training: Features, validation: Features) -> State:
    """A Gaussian of the residuals."""
    return gaussian(formulas.residuals(both(training, validation)))


def code_gaussian(training: Features, validation: Features) -> State:
    """A Gaussian of the codes."""
    return gaussian(both(training, validation).codes)


def code_neighbours(training: Features, validation: Features) -> State:
    """Normal codes, each number in units of its spread."""
    state, codes = _scaled(training.codes), _some(training.codes, MOST)
    normal = (codes - state["mean"]) / state["scale"]
    count = np.array(min(NEAREST, len(normal)))
    return state | {"normal": normal.astype(np.float32), "count": count}


def normal_patches(training: Features, validation: Features) -> State:
    """Normal places of the feature maps, each map in units of its spread."""
    flat = training.maps.reshape(-1, training.maps.shape[-1])
    state, kept = _scaled(flat), _some(flat, MOST_PLACES)
    normal = ((kept - state["mean"]) / state["scale"]).astype(np.float32)
    return state | {"normal": normal, "share": np.array(SHARE)}


def place_gaussians(training: Features, validation: Features) -> State:
    """A Gaussian of the feature maps at each place (Defard et al. 2021, arXiv:2011.08785)."""
    maps = _some(both(training, validation).maps, MOST)
    maps = maps.reshape(len(maps), -1, maps.shape[-1]).astype(np.float64)  # (n, places, c)
    mean = maps.mean(axis=0)
    found = []
    for centred in (maps - mean).transpose(1, 0, 2):
        covariance = centred.T @ centred / len(centred)
        variance, axes = np.linalg.eigh(covariance)
        variance = np.maximum(variance, 0) + FLOOR * max(variance.mean(), 1e-12)
        found.append(axes / np.sqrt(variance))
    whitening = np.stack(found).astype(np.float32)
    return {"mean": mean.astype(np.float32), "whitening": whitening, "share": np.array(SHARE)}


def value_spread(training: Features, validation: Features) -> State:
    """The spread of the residuals, where values have no bounds; nothing for images."""
    if training.samples.ndim == 4:
        return {}
    return {"scale": residual_spread(training, validation)["scale"]}


def gaussian(values: np.ndarray) -> State:
    """Mean, the directions of largest variance, and one variance for all others.

    Probabilistic PCA: Tipping & Bishop 1999, doi:10.1111/1467-9868.00196.
    """
    flat = values.reshape(len(values), -1).astype(np.float64)
    mean, width = flat.mean(axis=0), flat.shape[1]
    variances = flat.var(axis=0)
    some = _some(flat, MOST) - mean
    count = min(MOST_AXES, width, max(1, len(some) - 1))
    _, lengths, axes = np.linalg.svd(some, full_matrices=False)
    variance = np.square(lengths[:count]) / len(some)
    left = max(variances.sum() - variance.sum(), 0) / max(width - count, 1)
    floor = max(FLOOR * variances.mean(), 1e-12)
    return {
        "mean": mean.astype(np.float32), "axes": axes[:count].astype(np.float32),
        "variance": (variance + floor).astype(np.float32), "rest": np.array(left + floor),
    }  # fmt: skip


def tail(scores: np.ndarray) -> State:
    """How normal scores (n,) are distributed, and how their tail falls off (Hill 1975)."""
    normal = np.sort(np.maximum(scores, 1e-12))
    border = float(np.quantile(normal, 1 - TAIL))
    beyond = normal[normal > border]
    mean = float(np.log(beyond / border).mean()) if len(beyond) else 1.0
    share = max(len(beyond), 1) / (len(normal) + 1)
    kept = normal[np.linspace(0, len(normal) - 1, min(len(normal), MOST)).astype(int)]
    return {"normal": kept, "border": np.array(border), "share": np.array(share),
            "slope": np.array(1 / max(mean, 1e-3))}  # fmt: skip


def both(training: Features, validation: Features) -> Features:
    """Training and validation data together, of much training data a part."""
    pairs = zip(vars(training).values(), vars(validation).values(), strict=True)
    return Features(*(np.concatenate([_some(a, 10 * MOST), b]) for a, b in pairs))


def _enough(training: Features, validation: Features) -> Features:
    """Validation data alone where there is enough of it, which the network has not seen."""
    return validation if len(validation) >= 200 else both(training, validation)


def _scaled(values: np.ndarray) -> State:
    flat = values.reshape(len(values), -1)
    mean, scale = flat.mean(axis=0), flat.std(axis=0)
    typical = float(np.sqrt(np.square(scale).mean()))
    return {"mean": mean, "scale": np.maximum(scale, max(0.1 * typical, 1e-6))}


def _some(values: np.ndarray, most: int) -> np.ndarray:
    """Rows drawn without replacement, by a fixed seed; all where there are few."""
    if len(values) <= most:
        return values
    chosen = np.random.default_rng(SEED).choice(len(values), most, replace=False)
    return values[np.sort(chosen)]
