"""Rows of a table and stretches of a series to a file, beside other formats, and back."""

import bz2
import gzip
from dataclasses import dataclass

import numpy as np

from aecore.analysis.rows import nothing_known, row_errors
from aecore.compression.cells import WAYS, Cells, Given, PartError
from aecore.compression.coding import Coder, finest_within
from aecore.data.series.stretch import Stretch
from aecore.data.splits import Source


@dataclass(frozen=True)
class CompressedCells:
    """A compressed file of so many samples, and its cells as they come back.

    level: of its step; levels: the codec's first and last. given: of a series, its steps. errors:
    by column or channel. error: of a sample as of its kind, a mean; limit: the same of codes that
    are not quantised. sizes: bytes of the given cells as CSV, and as that compressed by others.
    """

    content: bytes
    count: int
    level: int
    levels: tuple[int, int]
    given: Stretch | None
    back: Cells
    errors: tuple[PartError, ...]
    error: float
    limit: float
    sizes: dict[str, int]

    @property
    def missing(self) -> int:
        """How many values were missing, which come back filled."""
        return sum(part.missing for part in self.errors)


def compress_cells(
    source: Source, coder: Coder, given: Given, level: int | None = None, most: int | None = None
) -> CompressedCells:
    """Rows or a stretch as a file, and how it compares.

    Args:
        level: of the step; None for the usual one. most: bytes that the file may have.

    Raises:
        CodecRefused, NotDecoded: it does not fit into one file, or into so many bytes.
    """
    way = WAYS[source.kind.key]
    samples, note = way.prepared(source, given)
    codes = coder.encode(samples)
    if most is not None:
        level = finest_within(
            coder.codec.levels, lambda level: coder.pack(codes, level, note), most
        )
    level = coder.codec.usual if level is None else level
    content = coder.pack(codes, level, note)
    outputs = coder.decompress(content)
    cells = way.given(source, given)
    return CompressedCells(
        content, len(samples), level, coder.codec.levels, cells.stretch,
        way.written(source, outputs, note), way.errors(source, given, outputs),
        mean_error(samples, outputs), mean_error(samples, coder.decode(codes)), csv_sizes(cells),
    )  # fmt: skip


def csv_sizes(cells: Cells) -> dict[str, int]:
    """Bytes of cells as CSV, and as that compressed by others."""
    plain = cells.as_csv().encode()
    return {
        "CSV": len(plain),
        "gzip": len(gzip.compress(plain, 9, mtime=0)),
        "bz2": len(bz2.compress(plain, 9)),
    }


def tested_cells(source: Source, test: np.ndarray, most: int) -> Given:
    """Test samples (n, ...), at most so many, as rows or a stretch in the user's units."""
    return WAYS[source.kind.key].tested(source, test, most)


def opened(source: Source, coder: Coder, content: bytes) -> np.ndarray | Cells:
    """What a file holds: cells, or samples of a kind that has none; raises as `decompress`."""
    outputs = coder.decompress(content)
    if source.kind.key not in WAYS:
        return outputs
    return WAYS[source.kind.key].written(source, outputs, coder.note_of(content))


def note_size(source: Source) -> int:
    """How many bytes come before the codes of a file."""
    return WAYS[source.kind.key].note if source.kind.key in WAYS else 0


def mean_error(samples: np.ndarray, outputs: np.ndarray) -> float:
    """The error of samples of which something is known, a mean; NaN if there are none."""
    known = ~nothing_known(samples)
    if not known.any():
        return float("nan")
    return float(row_errors(samples[known], outputs[known]).mean(dtype=np.float64))
