"""What each score learns from normal data: few plain arrays, however much data there is."""

import numpy as np

from aecore.detection import formulas
from aecore.detection.features import Features

State = dict[str, np.ndarray]

MOST = 2000  # samples that are kept, or from which directions are found
MOST_AXES = 128
MOST_MAPS = 400  # samples whose feature maps are kept, at most
MOST_NUMBERS = 2**22  # of feature maps that are kept: 8 MB
FLOOR = 0.01  # of the mean variance: added to each, so that none is next to nothing
NEAREST = 3
SHARE = 0.02  # of the places of feature maps, by whose mean a sample is judged
KEPT = 0.75  # of the samples, the most usual ones, by which a Gaussian is told in the end
ROUNDS = 2
WIDEST = 1024  # values of samples of which the most usual are looked for
SEED = 0


def nothing(training: Features, validation: Features) -> State:
    """For scores that learn nothing."""
    return {}


def region(training: Features, validation: Features) -> State:
    """The side of a region: an eighth of the smallest side of a sample, at least 3."""
    return {"width": np.array(max(3, min(training.samples.shape[1:-1]) // 8))}


def residual_spread(training: Features, validation: Features) -> State:
    """Median and spread of the residual of each value where it is known.

    Few anomalies do not move them.
    """
    some = _enough(training, validation)
    flat = (some.samples - some.outputs).reshape(-1, training.samples[0].size)
    flat[:, np.isnan(flat).all(axis=0)] = 0
    mean = np.nanmedian(flat, axis=0)
    scale = np.nanquantile(np.abs(flat - mean), KEPT, axis=0)
    return {"mean": mean, "scale": _floored(scale)}


def residual_gaussian(training: Features, validation: Features) -> State:
    """A Gaussian of the residuals of most normal samples."""
    return trimmed(formulas.residuals(both(training, validation)))


def code_gaussian(training: Features, validation: Features) -> State:
    """A Gaussian of the codes of most normal samples."""
    return trimmed(both(training, validation).codes)


def code_neighbours(training: Features, validation: Features) -> State:
    """Normal codes, each number in units of its spread."""
    state, codes = _scaled(training.codes), _some(training.codes, MOST)
    normal = (codes - state["mean"]) / state["scale"]
    count = np.array(min(NEAREST, len(normal)))
    return state | {"normal": normal.astype(np.float32), "count": count}


def whole_gaussian(training: Features, validation: Features) -> State:
    """A Gaussian of all feature maps together."""
    return gaussian(_some(both(training, validation).maps, MOST))


def normal_patches(training: Features, validation: Features) -> State:
    """Normal feature maps at each place, and what takes away their correlations."""
    state = place_gaussians(training, validation)
    most = max(2, min(MOST_MAPS, MOST_NUMBERS // training.maps[0].size))
    kept = _some(training.maps, most)
    none = np.zeros((len(kept), 0))
    found = Features(none, none, none, none, kept)
    normal = formulas.upright(state, found).transpose(1, 0, 2)  # a row a sample
    return state | {"normal": normal.astype(np.float16)}


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


def trimmed(values: np.ndarray) -> State:
    """A Gaussian of the most usual three quarters, so that a few anomalies do not widen it.

    As in the concentration steps of Rousseeuw & Van Driessen 1999, doi:10.2307/1270566.
    """
    flat = values.reshape(len(values), -1)
    found = gaussian(flat)
    for _ in range(ROUNDS if flat.shape[1] <= WIDEST else 0):
        apart = formulas.distance(found, flat)
        found = gaussian(flat[apart <= np.quantile(apart, KEPT)])
    return found


def both(training: Features, validation: Features) -> Features:
    """Training and validation data together, of much training data a part."""
    pairs = zip(vars(training).values(), vars(validation).values(), strict=True)
    return Features(*(np.concatenate([_some(a, 10 * MOST), b]) for a, b in pairs))


def _enough(training: Features, validation: Features) -> Features:
    """Validation data alone where there is enough of it, which the network has not seen."""
    return validation if len(validation) >= 200 else both(training, validation)


def _scaled(values: np.ndarray) -> State:
    flat = values.reshape(len(values), -1)
    return {"mean": flat.mean(axis=0), "scale": _floored(flat.std(axis=0))}


def _floored(scale: np.ndarray) -> np.ndarray:
    """Spreads, none less than a tenth of what is typical: edges of images hardly vary."""
    typical = float(np.sqrt(np.square(scale).mean()))
    return np.maximum(scale, max(0.1 * typical, 1e-6))


def _some(values: np.ndarray, most: int) -> np.ndarray:
    """Rows drawn without replacement, by a fixed seed; all where there are few."""
    if len(values) <= most:
        return values
    chosen = np.random.default_rng(SEED).choice(len(values), most, replace=False)
    return values[np.sort(chosen)]
