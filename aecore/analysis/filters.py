"""Classical filters for image restoration, tuned on validation images, and the network."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import psnr, reconstruct, similarities
from aecore.analysis.study import Study, Subject, affordable
from aecore.data.arrays import to_bytes
from aecore.data.corruption import CORRUPTIONS, corrupt

TUNED, MEASURED, SHOWN = 25, 100, 10  # images, fewer if they are large
VALUES = 100 * 96 * 96 * 3  # of the images that are filtered: a minute or two of work
STEPS = 6  # strengths from none to the most
SEED = 11


def median(image: np.ndarray, side: int) -> np.ndarray:
    """The median of a square neighbourhood."""
    from scipy.ndimage import median_filter

    return median_filter(image, (side, side, 1))


def non_local_means(image: np.ndarray, strength: float) -> np.ndarray:
    """Non-local means: averages of pixels with similar patches (Buades et al. 2005)."""
    from skimage.restoration import denoise_nl_means

    return denoise_nl_means(
        image, patch_size=5, patch_distance=6, h=strength, fast_mode=True, channel_axis=-1
    )


def total_variation(image: np.ndarray, weight: float) -> np.ndarray:
    """Total variation denoising (Chambolle 2004)."""
    from skimage.restoration import denoise_tv_chambolle

    return denoise_tv_chambolle(image, weight=weight, channel_axis=-1)


def bicubic(image: np.ndarray, factor: int) -> np.ndarray:
    """An image of constant blocks, reduced and enlarged again by cubic splines (Pillow)."""
    from PIL import Image

    height, width, channels = image.shape
    small = image[::factor, ::factor]  # one pixel of each block
    size = (small.shape[1] * factor, small.shape[0] * factor)
    planes = [
        np.asarray(Image.fromarray(np.ascontiguousarray(small[..., c])).resize(size, 3))
        for c in range(channels)
    ]
    return np.stack(planes, axis=-1)[:height, :width]


NOISE_FILTERS: dict[str, tuple[Callable, tuple]] = {  # name → filter, values to choose from
    "median": (median, (1, 3, 5)),
    "non-local means": (non_local_means, (0.1, 0.2, 0.35, 0.5, 0.8)),
    "total variation": (total_variation, (0.05, 0.15, 0.3, 0.5, 0.8)),
}


@dataclass(frozen=True)
class Filters(Study):
    """A network and classical filters on the corruption that the network was trained with.

    kind: of corruption. trained: its strength in training. strengths (s,): those tried.
    names: "as it is", the filters, "this model". settings: name → the value chosen for each
    strength, the one with the best PSNR on 25 validation images. psnr, ssim (names, s): means over
    100 test images. Of images above 96 × 96 pixels fewer are taken.
    clean, images (10, h, w, c), restored (names, 10, h, w, c): 8-bit, at the trained strength.
    """

    name = "filters"
    kind: str
    trained: float
    names: list
    settings: dict
    strengths: np.ndarray
    psnr: np.ndarray
    ssim: np.ndarray
    clean: np.ndarray
    restored: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        kind, trained = subject.corruption
        if kind == "none":  # a model trained on clean images is tried with the default noise
            kind, trained = "gaussian", CORRUPTIONS["gaussian"].default
        strengths = strengths_of(kind, trained)
        known, test = subject.data.validation.images, subject.data.test.images
        known, test = known[: count_of(TUNED, known)], test[: count_of(MEASURED, test)]
        tools = filters_for(kind)
        settings = {name: [] for name in tools}
        decibels, ssim, shown = [], [], []
        for strength in strengths:
            dim = np.asarray(corrupt(known, kind, strength, SEED))
            inputs = np.asarray(corrupt(test, kind, strength, SEED + 1))
            restored = [inputs]
            for name, (tool, values) in tools.items():
                values = values or (max(1, round(strength)),)
                best = max(values, key=lambda v, t=tool, d=dim: psnr(known, apply(t, v, d)))
                settings[name].append(float(best))
                restored.append(apply(tool, best, inputs))
            restored.append(reconstruct(subject.model, inputs))
            decibels.append([psnr(test, images) for images in restored])
            ssim.append([float(similarities(test, images).mean()) for images in restored])
            if strength == trained:
                shown = [to_bytes(images[:SHOWN]) for images in restored]
        return cls(
            kind=kind,
            trained=trained,
            names=["as it is", *tools, "this model"],
            settings=settings,
            strengths=np.array(strengths),
            psnr=np.array(decibels).T,
            ssim=np.array(ssim).T,
            clean=to_bytes(test[:SHOWN]),
            restored=np.stack(shown),
        )


def count_of(most: int, images: np.ndarray) -> int:
    """How many of these images are filtered, at most `most`."""
    return affordable(most, images.shape[1:], values=VALUES)


def filters_for(kind: str) -> dict[str, tuple[Callable, tuple]]:
    """Name → (filter, values to choose from; none if the strength itself is the value)."""
    return {"bicubic": (bicubic, ())} if kind == "downscaling" else NOISE_FILTERS


def strengths_of(kind: str, trained: float) -> list[float]:
    """Strengths of a kind from low to high, including the trained one."""
    declared = CORRUPTIONS[kind]
    most = declared.maximum
    if declared.whole:
        return [float(value) for value in range(int(declared.minimum), int(most) + 1)]
    return sorted({*(round(most * i / STEPS, 3) for i in range(1, STEPS + 1)), trained})


def apply(tool: Callable, value: float, images: np.ndarray) -> np.ndarray:
    """A filter on each image (n, h, w, c), clipped to [0, 1]."""
    value = int(value) if tool in (median, bicubic) else value
    restored = np.stack([np.clip(tool(image, value), 0, 1) for image in images])
    return restored.reshape(images.shape).astype(np.float32)


def restore(model, images: np.ndarray, kind: str, strength: float, values: dict) -> dict:
    """Corrupts images (n, h, w, c) and restores them by every method: name → images.

    Args:
        values: of the filters, by name.
    """
    inputs = np.asarray(corrupt(images, kind, strength, SEED + 1))
    ways = {"as it is": inputs}
    for name, (tool, _) in filters_for(kind).items():
        ways[name] = apply(tool, values[name], inputs)
    return ways | {"this model": reconstruct(model, inputs)}
