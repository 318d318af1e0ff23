"""The small pictures of all samples of a map, as a browser puts them on the graphics card."""

import json
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from aecore.figures.thumbnails import THUMBNAILS

SHEET = 1024  # values of a sheet at most, each way


def atlas(kind: str, samples: np.ndarray, told: Sequence[Sequence[str]] = ()) -> bytes:
    """Samples as sheets of small pictures, and lines about each.

    A JSON text after its length, padded to a multiple of four, tells their layout; then comes,
    deflated, one sheet of so many cells after the other and a line of text for each sample.

    Args:
        kind: key of the kind of the samples (n, ...).
        told: of each sample some lines, or none at all.
    """
    thumbnails = THUMBNAILS[kind]
    values = thumbnails.values(samples)
    count, height, width, channels = values.shape
    across = max(1, min(count, SHEET // width))
    down = max(1, min(-(-count // across), SHEET // height))
    words = {
        "drawn": thumbnails.drawn,
        "size": (width, height),
        "channels": channels,
        "cells": (across, down),
        "sheets": -(-count // (across * down)),
    }
    packing = zlib.compressobj(6)
    parts = [packing.compress(sheet) for sheet in _sheets(values, across, down)]
    text = "\n".join("\t".join(lines) for lines in told)
    parts += [packing.compress(text.encode()), packing.flush()]
    return b"".join((with_length(json.dumps(words)), *parts))


def with_length(text: str) -> bytes:
    """A text after its length in bytes, both of which are multiples of four for what follows."""
    encoded = text.encode()
    encoded += b" " * (-len(encoded) % 4)
    return len(encoded).to_bytes(4, "little") + encoded


def _sheets(values: np.ndarray, across: int, down: int) -> Iterator[bytes]:
    """The pixels of each sheet, the cells of the last one filled up with zeros."""
    _, height, width, channels = values.shape
    for start in range(0, len(values), across * down):
        cells = np.zeros((across * down, height, width, channels), np.uint8)
        part = values[start : start + across * down]
        cells[: len(part)] = part
        lines = cells.reshape(down, across, height, width, channels).transpose(0, 2, 1, 3, 4)
        yield lines.tobytes()
