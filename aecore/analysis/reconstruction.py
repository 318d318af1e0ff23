"""How well images are rebuilt."""

import numpy as np

BATCH = 500
LEAST = 1e-7  # outputs are kept this far from 0 and 1 in logarithms, as Keras does


def reconstruct(model, inputs: np.ndarray) -> np.ndarray:
    """Passes images (n, h, w, c) through a model in batches; outputs of the same shape."""
    return in_batches(model, inputs)[0]


def encode(encoder, inputs: np.ndarray) -> list[np.ndarray]:
    """The encoder's outputs: first the codes (n, latent_size), then what else it gives."""
    return in_batches(encoder, inputs)


def in_batches(model, inputs: np.ndarray) -> list[np.ndarray]:
    """A model's outputs, each (n, ...), computed a few hundred rows at a time."""
    parts = []
    for start in range(0, len(inputs), BATCH):
        outputs = model(inputs[start : start + BATCH])
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        parts.append([np.asarray(part) for part in outputs])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def squared_errors(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Mean squared error a pixel of each image, (n,)."""
    return np.square(outputs - clean).mean(axis=(1, 2, 3), dtype=np.float64).astype(np.float32)


def cross_entropies(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Binary cross-entropy of each image in nats, summed over its pixels, (n,)."""
    p = np.clip(outputs, LEAST, 1 - LEAST)
    nats = -(clean * np.log(p) + (1 - clean) * np.log1p(-p))
    return nats.sum(axis=(1, 2, 3))


def decibels(errors: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio in dB from mean squared errors of images in [0, 1]."""
    return -10 * np.log10(np.maximum(errors, 1e-12))


def psnr(clean: np.ndarray, outputs: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB, mean over images (n, h, w, c)."""
    return float(decibels(squared_errors(clean, outputs)).mean())


def similarities(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Structural similarity of each image, (n,); Wang et al. 2004, window 11 or the image's."""
    import tensorflow as tf

    window = min(11, *clean.shape[1:3])
    outputs = np.clip(outputs, 0, 1)
    parts = [
        tf.image.ssim(clean[i : i + BATCH], outputs[i : i + BATCH], 1.0, filter_size=window).numpy()
        for i in range(0, len(clean), BATCH)
    ]
    return np.concatenate(parts)


def measure(clean: np.ndarray, outputs: np.ndarray) -> dict[str, float]:
    """Means over the images: mse a pixel, sse an image, bce in nats an image, psnr in dB, ssim."""
    errors = squared_errors(clean, outputs)
    return {
        "mse": float(errors.mean()),
        "sse": float(errors.mean() * np.prod(clean.shape[1:])),
        "bce": float(cross_entropies(clean, outputs).mean()),
        "psnr": float(decibels(errors).mean()),
        "ssim": float(similarities(clean, outputs).mean()),
    }
