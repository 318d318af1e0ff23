"""How the script of a detector reads files: as this project does it, by its own functions."""

from dataclasses import dataclass

from aecore.data.images import ink, preparation
from aecore.detection.embedding import embedded
from aecore.detection.script_cells import APART, SERIES, TABLE, cells, dated_cells

IMAGES = '''
def opened(path):
    """An upright image, grey or in colour, on white where it is transparent."""
    with Image.open(path) as image:
        signed = getattr(image, "tag_v2", {}).get(339) == (2,)
        if image.mode[0] in "IF" or signed:
            refuse(f"{path} has other values than 0 to 255: save it with 8 bits per channel.")
        image = ImageOps.exif_transpose(image)
        if not image.has_transparency_data:
            return image.convert("L" if image.mode in ("1", "L") else "RGB")
        mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
        canvas, image = Image.new(mode, image.size, "white"), image.convert("RGBA")
        canvas.paste(image.convert(mode), mask=image.getchannel("A"))
        return canvas


def pixels(image):
    """An image as a sample."""
    return (np.asarray(image, np.float32) / 255).reshape(1, *TOLD["shape"])

'''

PHOTO = '''
def read(path):
    """An image as the model takes it: scaled to fit, on the colour of its border."""
    height, width, channels = TOLD["shape"]
    image = opened(path).convert("L" if channels == 1 else "RGB")
    return pixels(fitted(image, height, width, "fit")), [path]
'''

STROKES = '''
def read(path):
    """A drawing as the model takes it: light on black, cropped to its ink and centred."""
    height, width, channels = TOLD["shape"]
    image = _reduced(opened(path), WORKING_SIDE).convert("L" if channels == 1 else "RGB")
    if channels == 1 and has_light_ground(image):
        image = ImageOps.invert(image)
    image = without_specks(on_black(image))
    return pixels(centred(image.crop(ink_box(image)), height, width)), [path]
'''


@dataclass(frozen=True)
class FileReader:
    """How samples are read.

    standard, imports: lines that import from Python's library, and from others. needs: packages
    beside Keras and NumPy. words: what a file holds, a sentence. code: the function that reads it;
    embeds: a key of `EMBEDDED`, what it uses.
    over_time: whether its steps are judged by the windows that they are in.
    """

    standard: str
    imports: str
    needs: str
    words: str
    code: str
    embeds: str
    over_time: bool = False

    @property
    def source(self) -> str:
        """All functions that read a file."""
        return f"{EMBEDDED[self.embeds]()}\n{self.code}"


def _photo() -> str:
    return f"{embedded(ink, ['border'])}\n\n{embedded(preparation, ['fitted'])}\n{IMAGES}"


def _strokes() -> str:
    found = embedded(ink, ["has_light_ground", "on_black", "without_specks", "ink_box"])
    own = embedded(preparation, ["_reduced", "centred"], ["WORKING_SIDE"])
    return f"{found}\n\n{own}\n{IMAGES}"


EMBEDDED = {"photo": _photo, "strokes": _strokes, "cells": cells, "dated": dated_cells}
OF_TEXT = """import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from types import SimpleNamespace as Dialect
from typing import Any
"""
OF_TABLES = "from datetime import datetime, timezone\nfrom statistics import NormalDist\n"
PILLOW = "from PIL import Image, ImageOps\n"
READERS = {
    "photo": FileReader("", PILLOW, ", pillow", "FILE: an image of any size.", PHOTO, "photo"),
    "strokes": FileReader(
        "from typing import Any\n", PILLOW, ", pillow, scipy",
        "FILE: an image of strokes on an even ground, dark or light, of any size.", STROKES,
        "strokes",
    ),
    "table": FileReader(
        OF_TEXT + OF_TABLES, "", "",
        "FILE: a CSV file with the columns learnt, one row per sample.", TABLE, "dated",
    ),
    "series": FileReader(
        OF_TEXT, "", "", "FILE: a CSV file with the channels that were learnt, one row per step. "
        "Steps have to be\nequally long, without gaps: times are not read.",
        SERIES, "cells", over_time=True,
    ),
    "apart": FileReader(
        OF_TEXT, "", "", "FILE: a CSV file with one short series per row.", APART, "cells"
    ),
}  # fmt: skip
