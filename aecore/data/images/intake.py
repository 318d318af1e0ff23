"""Uploaded bytes → upright images, or refusals with reasons instead of exceptions."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

from aecore.data.images.archives import each_file
from aecore.data.images.decoding import open_image
from aecore.data.limits import AT_ONCE, MEGAPIXEL, Excess, Limits, Refused
from aecore.data.splits import Levels

FORMATS_READ = "PNG, JPEG, WebP, GIF, BMP, TIFF, and ZIPs of them"
UPLOAD_TYPES = ["png", "jpg", "jpeg", "jfif", "webp", "gif", "bmp", "tif", "tiff", "zip"]


@dataclass(frozen=True)
class Opened:
    """An upright image in mode L or RGB; the notes say what was done to it."""

    name: str
    image: Image.Image
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Unusable:
    """A file that cannot be used, and why."""

    name: str
    reason: str


def each_image(
    files: Iterable[tuple[str, bytes]],
    limits: Limits = AT_ONCE,
    begin: Callable[[int, str], None] = lambda place, name: None,
    skip: int = 0,
    levels: Levels | None = None,
) -> Iterator[Opened | Unusable]:
    """Opens files (name, bytes), and the members of ZIPs, one at a time.

    A member's name starts with the names of the ZIP and its folders: "photos.zip/cats/1.png".
    Hidden files are skipped. Files beyond a limit of the total are counted in one last refusal.

    Args:
        begin: called before a file is opened, with its position among all and its name.
        skip: the number of first files that are not opened.
        levels: black and white of deep images, by default chosen for each.
    """
    left_out = Counter()
    looked_at, pixels, start = 0, 0, time.process_time()
    for place, (name, read) in enumerate(each_file(files, limits)):
        if place < skip:
            looked_at += 1
            continue
        try:
            if looked_at == limits.files:
                raise Excess("only {:,} files are read at a time", limits.files)
            if pixels > limits.all_pixels:
                megapixels = limits.all_pixels // MEGAPIXEL
                raise Excess("together they have more than {:,} megapixels", megapixels)
            if time.process_time() - start > limits.seconds:
                seconds = limits.seconds
                raise Excess("reading them takes more than {:,} s of processor time", seconds)
            begin(place, name)
            content = read()
            looked_at += 1
            image, notes = open_image(content, limits, levels)
            pixels += image.width * image.height
        except Excess as excess:
            left_out[str(excess)] += 1
        except Refused as refused:
            yield Unusable(name, str(refused))
        else:
            opened, image = Opened(name, image, notes), None
            yield opened
            del opened  # otherwise it stays in memory beside the next one
    for reason, count in left_out.items():
        yield Unusable(f"{count:,} more file" + ("s" if count > 1 else ""), reason)
