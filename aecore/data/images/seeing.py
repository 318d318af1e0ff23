"""Jobs of a reader for uploaded images: it opens each, and returns what is requested."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from aecore.data.arrays import to_bytes
from aecore.data.images.archives import each_file
from aecore.data.images.intake import Unusable, each_image
from aecore.data.images.preparation import Preparation, prepare, steps
from aecore.data.limits import Limits
from aecore.data.reading.job import Answer, Order, needs

Seen = tuple[list[str], dict[str, np.ndarray]]  # words and arrays of one image
IMAGE, UNUSABLE, AT = "image", "unusable", ":"  # the last between an item's position and its name


@needs("aecore.data.images.preloading")
def see(order: Order) -> Iterator[Answer]:
    """A reader's job: what `uploads.each_seen` requests, for each image."""
    words = order.words
    view, begin = _view(words["view"]), lambda place, name: order.begin(f"{place}{AT}{name}")
    levels = words["view"].get("levels")
    limits = Limits(**words["limits"])
    items = each_image(order.files(), limits, begin, words["skip"], levels and tuple(levels))
    for item in items:
        if isinstance(item, Unusable):
            yield [UNUSABLE, item.name, item.reason], {}
            continue
        size = [item.image.width, item.image.height]
        told, arrays = view(item.image)
        yield [IMAGE, item.name, list(item.notes), size, told], arrays
        del item, arrays  # otherwise their pixels stay in memory beside the next one's


@needs("aecore.data.images.preloading")
def count_all(order: Order) -> Iterator[Answer]:
    """A reader's job: the number of files, including those in ZIPs."""
    yield sum(1 for _ in each_file(order.files(), Limits(**order.words))), {}


def _view(asked: dict[str, Any]) -> Callable[[Image.Image], Seen]:
    """What is requested of an image."""
    kind = asked["kind"]
    if kind == "size":
        return lambda image: ([], {})
    if kind == "pixels":
        return lambda image: ([], {"pixels": _reduced(image, asked["side"])})
    shape, preparation = tuple(asked["shape"]), Preparation(**asked["preparation"])
    if kind == "steps":
        return lambda image: _steps(image, shape, preparation)
    if kind == "bytes":
        return lambda image: (
            [repr(value) for name in ("levels", "extent") for value in image.info.get(name, ())],
            {"pixels": to_bytes(prepare(image, shape, preparation))},
        )
    return lambda image: ([], {"pixels": prepare(image, shape, preparation)})


def _reduced(image: Image.Image, side: int) -> np.ndarray:
    """Pixels (h, w, c), 8-bit, with a limit on the longer side."""
    if max(image.size) > side:
        image.thumbnail((side, side))
    return np.asarray(image).reshape(image.height, image.width, -1)


def _steps(image: Image.Image, shape: tuple[int, ...], preparation: Preparation) -> Seen:
    made = steps(image, shape, preparation)
    return [title for title, _ in made], {str(i): stage for i, (_, stage) in enumerate(made)}
