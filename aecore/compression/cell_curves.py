"""A codec of rows or windows measured: bytes against error over steps, beside PCA and CSV."""

from collections.abc import Iterable

import numpy as np

from aecore.analysis.study import Watch, unwatched
from aecore.compression.cells import WAYS
from aecore.compression.coding import Coder
from aecore.compression.measures import (
    MOST_IMAGES,
    PCA,
    THIS,
    Compression,
    curve_levels,
    pca_coder,
)
from aecore.compression.tabular import csv_sizes, mean_error, tested_cells
from aecore.data.splits import Dataset, Source


def measure_cells(
    source: Source, coder: Coder, data: Dataset, decoder: int, watch: Watch = unwatched
) -> Compression:
    """The study of a codec on test rows, or on a stretch of test windows.

    Its curves have "bits" a row or window, and the "error", of prepared values, a mean over
    samples; those of CSV, which is exact, a single point.

    Args:
        decoder: bytes of the decoder. watch: may raise, which ends the measurement.
    """
    way = WAYS[source.kind.key]
    given = tested_cells(source, data.test.images, MOST_IMAGES)
    samples, note = way.prepared(source, given)
    watch("Measuring the model", 0.1)
    codes, levels = coder.encode(samples), curve_levels(coder)
    curves = {THIS: cell_curve(coder, samples, codes, note, levels)}
    watch("Measuring PCA", 0.5)
    plain = pca_coder(data, note=len(note))
    curves[PCA] = cell_curve(plain, samples, plain.encode(samples), note, curve_levels(plain))
    for name, size in csv_sizes(way.given(source, given)).items():
        curves[name] = {"bits": [8 * size / len(samples)], "error": [0.0]}
    limit = mean_error(samples, coder.decode(codes))
    size = sum(array.nbytes for array in coder.codec.to_arrays().values())
    usual = coder.codec.usual
    return Compression(curves, levels, [], usual, limit, decoder, size, len(samples))


def cell_curve(
    coder: Coder, samples: np.ndarray, codes: np.ndarray, note: bytes, levels: Iterable[int]
) -> dict[str, list[float]]:
    """Bits a sample (n, ...) and mean error of all in one file at each level."""
    found: dict[str, list[float]] = {"bits": [], "error": []}
    for level in levels:
        content = coder.pack(codes, level, note)
        found["bits"].append(8 * len(content) / len(samples))
        found["error"].append(mean_error(samples, coder.decompress(content)))
    return found


def error_at(found: dict[str, list[float]], bits: float) -> float:
    """The error of a curve at so many bits a sample, between its points; NaN below all."""
    x, y = (np.asarray(found[name]) for name in ("bits", "error"))
    order = np.lexsort((-y, x))
    x, y = x[order], np.minimum.accumulate(y[order])  # a codec may always take fewer bits
    return float("nan") if bits < x[0] else float(np.interp(np.log(bits), np.log(x), y))
