"""Jobs of a reader for uploaded images: it opens each, and returns what is requested."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from aecore.data.arrays import to_bytes
from aecore.data.images.archives import each_file
from aecore.data.images.decoding import DEPTH
from aecore.data.images.intake import Unusable, each_image
from aecore.data.images.preparation import Preparation, prepare, steps
from aecore.data.limits import Limits
from aecore.data.reading.job import Answer, Order, needs

IMAGE, UNUSABLE, AT = "image", "unusable", ":"  # the last between an item's position and its name
PIXELS = "pixels"
View = Callable[[Image.Image, bool], tuple[list[str], dict[str, np.ndarray]]]


@needs("aecore.data.images.preloading")
def see(order: Order) -> Iterator[Answer]:
    """A reader's job: what `uploads.each_seen` requests, for each image."""
    words = order.words
    view, begin = _view(words["view"]), lambda place, name: order.begin(f"{place}{AT}{name}")
    found, explained, levels = words["found"], words["view"].get("explained"), words["levels"]
    limits = Limits(**words["limits"])
    for item in each_image(order.files(), limits, begin, words["skip"], levels and tuple(levels)):
        if isinstance(item, Unusable):
            yield [UNUSABLE, item.name, item.reason], {}
            continue
        size, depth = [item.image.width, item.image.height], item.image.info.get(DEPTH)
        titles, arrays = view(item.image, found == explained)
        found += 1
        yield [IMAGE, item.name, list(item.notes), size, depth, titles], arrays
        del item, arrays  # otherwise their pixels stay in memory beside the next one's


@needs("aecore.data.images.preloading")
def count_all(order: Order) -> Iterator[Answer]:
    """A reader's job: the number of files, including those in ZIPs."""
    yield sum(1 for _ in each_file(order.files(), Limits(**order.words))), {}


def _view(asked: dict[str, Any]) -> View:
    """What is requested of an image, given whether its steps are, too: their titles, and arrays."""
    kind = asked["kind"]
    if kind == "size":
        return lambda image, _: ([], {})
    if kind == "pixels":
        return lambda image, _: ([], {PIXELS: _reduced(image, asked["side"])})
    shape, preparation = tuple(asked["shape"]), Preparation(**asked["preparation"])
    if kind == "bytes":
        return lambda image, _: ([], {PIXELS: to_bytes(prepare(image, shape, preparation))})

    def floats(image: Image.Image, explained: bool) -> tuple[list[str], dict[str, np.ndarray]]:
        if not explained:
            return [], {PIXELS: prepare(image, shape, preparation)}
        titles, (*stages, last) = zip(*steps(image, shape, preparation), strict=True)
        return list(titles), {str(i): stage for i, stage in enumerate(stages)} | {PIXELS: last}

    return floats


def _reduced(image: Image.Image, side: int) -> np.ndarray:
    """Pixels (h, w, c), 8-bit, with a limit on the longer side."""
    if max(image.size) > side:
        image.thumbnail((side, side))
    return np.asarray(image).reshape(image.height, image.width, -1)
