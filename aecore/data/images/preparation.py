"""Prepares an image for a model: grey, dark background, cropped and centred like MNIST."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from aecore.data.images.ink import border, has_light_ground, ink_box, on_black, without_specks

POLARITIES = ("auto", "keep", "invert")
FITS = ("fit", "fill", "stretch")
INK_BOX = 20 / 28  # MNIST's digits fill a 20 × 20 box of their 28 × 28
WORKING_SIDE = 1024  # pixels; ink is searched for at this size
SHOWN_SIDE = 256  # pixels; of a step's picture


@dataclass(frozen=True)
class Preparation:
    """How an image is made similar to the training images of a model.

    polarity: "keep", "invert", or "auto", which makes the background dark (grey models only).
    crop: to the ink. centre: moves the ink's centre of mass to the middle. With both, the ink is
    scaled to MNIST's box. fit: how an image without both of them fills the model's size: "fit"
    (pads with its background), "fill" (crops the overflow) or "stretch".
    """

    polarity: str = "auto"
    crop: bool = True
    centre: bool = True
    fit: str = "fit"

    def __post_init__(self):
        for name, value, known in (
            ("polarity", self.polarity, POLARITIES),
            ("fit", self.fit, FITS),
        ):
            if value not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {value!r}.")


def usual(ink: bool) -> Preparation:
    """The default for strokes on an empty background (MNIST), or for photographs."""
    return Preparation() if ink else Preparation("keep", False, False)


def prepare(image: Image.Image, shape: tuple[int, ...], preparation: Preparation) -> np.ndarray:
    """An image (mode L or RGB) as the input of a model of (height, width, channels).

    Returns:
        float32 (height, width, channels) in [0, 1].
    """
    for _, stage in _stages(image, shape, preparation):  # noqa: B007
        pass
    return _array(stage)


def steps(
    image: Image.Image, shape: tuple[int, ...], preparation: Preparation
) -> list[tuple[str, np.ndarray]]:
    """The image after each step, from "As uploaded" to the result of `prepare`.

    Returns:
        Titles and float32 pictures (h, w, 1 or 3) in [0, 1], none larger than 256 × 256
        but the last, which has the model's shape.
    """
    stages = [(name, stage) for name, stage in _stages(image, shape, preparation)]
    shown = [(name, _array(_reduced(stage, SHOWN_SIDE))) for name, stage in stages[:-1]]
    return [*shown, (stages[-1][0], _array(stages[-1][1]))]


def _array(image: Image.Image) -> np.ndarray:
    return (np.asarray(image, np.float32) / 255).reshape(image.height, image.width, -1)


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Limits the longer side; small images stay unchanged."""
    scale = side / max(image.size)
    if scale >= 1:
        return image
    return _resized(image, image.width * scale, image.height * scale)


def _resized(image: Image.Image, width: float, height: float) -> Image.Image:
    size = (max(1, round(width)), max(1, round(height)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _stages(image, shape, preparation) -> Iterator[tuple[str, Image.Image]]:
    height, width, channels = shape
    yield "As uploaded", image
    on_ink = preparation.crop or preparation.centre
    if on_ink:
        image = _reduced(image, WORKING_SIDE)
    mode = "L" if channels == 1 else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
        if mode == "L":
            yield "Grey", image
    if preparation.polarity == "invert" or (
        preparation.polarity == "auto" and channels == 1 and has_light_ground(image)
    ):
        image = ImageOps.invert(image)
        yield "Inverted", image
    if on_ink:
        image = on_black(image)
        yield "Background made black", image
    if preparation.crop:
        image = without_specks(image)
        image = image.crop(ink_box(image))
        yield "Cropped", image
    if preparation.crop and preparation.centre:
        yield "Scaled and centred", centred(image, height, width)
        return
    image = fitted(image, height, width, preparation.fit)
    yield {"fit": "Scaled to fit", "fill": "Filled", "stretch": "Stretched"}[preparation.fit], image
    if preparation.centre:
        yield "Centred", placed(image, height, width, ink_box(image))


def centred(image: Image.Image, height: int, width: int) -> Image.Image:
    """As MNIST was made: ink scaled into a box, its centre of mass in the middle."""
    scale = INK_BOX * min(height / image.height, width / image.width)
    image = _resized(image, image.width * scale, image.height * scale)
    return placed(image, height, width, (0, 0, *image.size))


def placed(
    image: Image.Image, height: int, width: int, kept: tuple[int, int, int, int]
) -> Image.Image:
    """A black canvas with the image's centre of mass as close to the middle as the box allows."""
    mass = np.asarray(image.convert("L"), np.float64) + 1e-9
    # MNIST's mass lies on pixel 14 of 0 to 27, counted at the pixels' upper left corners
    middle_x = (mass.sum(axis=0) @ np.arange(image.width)) / mass.sum()
    middle_y = (mass.sum(axis=1) @ np.arange(image.height)) / mass.sum()
    left = min(max(round(width / 2 - middle_x), -kept[0]), width - kept[2])
    top = min(max(round(height / 2 - middle_y), -kept[1]), height - kept[3])
    canvas = Image.new(image.mode, (width, height))
    canvas.paste(image, (left, top))
    return canvas


def fitted(image: Image.Image, height: int, width: int, fit: str) -> Image.Image:
    """An image that fills (height, width); padding has the colour of its border."""
    ratios = (height / image.height, width / image.width)
    if fit == "fit":
        whole = _resized(image, image.width * min(ratios), image.height * min(ratios))
        ground = np.median(border(np.asarray(image)), axis=0).astype(int)
        canvas = Image.new(image.mode, (width, height), tuple(np.atleast_1d(ground).tolist()))
        canvas.paste(whole, ((width - whole.width) // 2, (height - whole.height) // 2))
        return canvas
    part = (image.width, image.height)
    if fit == "fill":
        part = (width / max(ratios), height / max(ratios))
    left, top = (image.width - part[0]) / 2, (image.height - part[1]) / 2
    box = (left, top, left + part[0], top + part[1])
    return image.resize((width, height), Image.Resampling.LANCZOS, box=box)
