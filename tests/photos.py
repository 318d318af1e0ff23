"""Photographs that were never taken: a ground that fades, a few things on it, some grain."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def photo(seed: int, width: int = 160, height: int = 120) -> Image.Image:
    """A colour picture, always the same for a seed."""
    rng = np.random.default_rng(seed)
    top, bottom = rng.integers(40, 230, (2, 3))
    fade = np.linspace(0, 1, height)[:, None, None]  # (height, 1, 1)
    ground = np.broadcast_to(top * (1 - fade) + bottom * fade, (height, width, 3))
    image = Image.fromarray(ground.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 4)):
        x, y = rng.uniform(0.2, 0.8, 2) * (width, height)
        side = rng.uniform(0.12, 0.3) * min(width, height)
        box = (x - side, y - side, x + side, y + side)
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape(box, fill=tuple(int(c) for c in rng.integers(0, 256, 3)))
    image = image.filter(ImageFilter.GaussianBlur(1))
    grain = rng.normal(0, 3, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
