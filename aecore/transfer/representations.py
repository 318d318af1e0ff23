"""Representations of the same samples: the code, the raw values, principal components."""

import numpy as np

from aecore.analysis.principal import principal_components
from aecore.analysis.reconstruction import batches
from aecore.transfer.labelled import Labelled

CODE, RAW, PCA = "code", "raw", "pca"
BASELINES = (RAW, PCA)
FEW_COMPONENTS = 64  # of PCA beside codes with as many numbers as the samples, or more

Pair = tuple[np.ndarray, np.ndarray]  # features of training (n, d) and test samples (m, d)


def represent(model, known: Labelled) -> dict[str, Pair]:
    """Features of training and test samples in each representation, scaled.

    PCA has as many components as the code has numbers (see `components`), and learns from the
    same training samples, without their labels.
    """
    encoder = model.get_layer("encoder")
    codes = [codes_of(encoder, part) for part in (known.training, known.test)]
    raw = [flat(known.training), flat(known.test)]
    axes = principal_components(known.training)
    kept = axes.axes[: components(codes[0].shape[1], raw[0].shape[1])].T
    places = [(part - axes.mean) @ kept for part in raw]
    found = {CODE: codes, RAW: raw, PCA: places}
    return {name: scaled(*pair) for name, pair in found.items()}


def codes_of(encoder, samples: np.ndarray) -> np.ndarray:
    """Codes (n, k) of samples (n, ...), in which NaN counts as 0, the mean.

    Further outputs of an encoder, such as a U-Net's large maps, are dropped batch by batch.
    """
    parts = []
    for rows in batches(len(samples), samples.shape[1:]):
        outputs = encoder(np.nan_to_num(samples[rows]))
        parts.append(flat(np.asarray(outputs[0] if isinstance(outputs, list | tuple) else outputs)))
    return np.concatenate(parts)


def components(code: int, values: int) -> int:
    """How many principal components stand beside a code of some size.

    With as many as the samples have values, they would be these values, turned.
    """
    return code if code < values else max(1, min(FEW_COMPONENTS, values // 2))


def scaled(training: np.ndarray, test: np.ndarray) -> Pair:
    """Features, centred and divided by one number, so that the mean squared norm is 1.

    Distances keep their proportions, and one regularisation suits features of any scale. The mean
    and the number come from training samples.
    """
    mean = training.mean(axis=0)
    norm = np.sqrt(np.square(training - mean).sum(axis=1).mean())
    return tuple((part - mean) / max(norm, 1e-12) for part in (training, test))  # type: ignore[return-value]


def flat(values: np.ndarray) -> np.ndarray:
    """Samples (n, ...) as rows (n, d)."""
    return values.reshape(len(values), -1)
