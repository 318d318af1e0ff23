"""Compression of test images in one file: `python -m benchmarks.compression [DATASET ...]`.

Without loss: bits per pixel of MNIST's test images by bits-back coding, the model's own bound,
PNG and WebP of a mosaic, gzip and bz2; all images are decompressed again and compared. With loss:
PSNR at 0.1, 0.2 and 0.4 bits per pixel of the codecs of runs, beside PCA with the same coder, and
JPEG, WebP and AVIF of a mosaic of the same images. All bytes of the files are counted, the decoder
is told beside. Nothing is chosen on test images: the model is the shipped one, or for other data
sets one that is trained here with the usual settings; its codec is fitted to training images and
chosen on validation images.

`cells` instead of a data set: test rows and windows by the codecs of shipped models at their usual
step, beside PCA with the same coder at as many bits, and gzip and bz2 of the same cells as CSV.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from aecore.compute.preload import import_keras

import_keras()

import keras  # noqa: E402
import numpy as np  # noqa: E402

from aecore.analysis.likelihood import lower_bound  # noqa: E402
from aecore.compression.baselines import lossless_sizes  # noqa: E402
from aecore.compression.cell_curves import error_at, measure_cells  # noqa: E402
from aecore.compression.coding import Coder  # noqa: E402
from aecore.compression.formats import FORMATS, points  # noqa: E402
from aecore.compression.lossless import lossless_of  # noqa: E402
from aecore.compression.measures import (  # noqa: E402
    PCA,
    THIS,
    at_bits,
    best,
    curve,
    pca_coder,
    set_psnr,
)
from aecore.compute.training import train  # noqa: E402
from aecore.data.arrays import to_bytes  # noqa: E402
from aecore.data.datasets import load  # noqa: E402
from aecore.data.splits import DataUnavailable  # noqa: E402
from aecore.runs.codecs import coder_for  # noqa: E402
from aecore.runs.run import SHIPPED_MODELS, Run  # noqa: E402
from aecore.runs.store import RunStore  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402

RATES = (0.1, 0.2, 0.4)
SHIPPED, LOSSLESS = ("deep", "convolutional"), "variational-lossless"
CELLS = ("linear-breast-cancer", "undercomplete-breast-cancer", "undercomplete-penguins",
         "variational-seattle-weather", "convolutional-ecg")  # fmt: skip
CACHE = Path.home() / ".keras" / "datasets" / "fashion-mnist"


def measure(name: str, coder: Coder, images, decoder: int) -> None:
    """Prints a line: PSNR at each rate, the limit, and the decoder's size."""
    begun = time.perf_counter()
    codes = coder.encode(images)
    clean = to_bytes(images)
    first, last = coder.codec.levels
    found = curve(coder, codes, clean, list(range(first, last + 1, 2)))
    limit = set_psnr(clean, to_bytes(coder.decode(codes)))
    line(name, found, f"{limit:6.2f} {decoder / 1e6:8.2f}   {time.perf_counter() - begun:.0f} s")


def line(name: str, found: dict[str, list[float]], more: str = "") -> None:
    """Prints the PSNR of a curve at each rate."""
    values = [at_bits(found, bits) for bits in RATES]
    told = "".join("      – " if value != value else f"{value:8.2f}" for value in values)
    print(f"{name:28}{told}  {more}", flush=True)


def codec_of(run: Run) -> tuple[Coder, int]:
    """The coder of a run, and the bytes of its decoder's weights."""
    model = keras.models.load_model(run.model_path, compile=False)
    return coder_for(run, model), 4 * model.get_layer("decoder").count_params()


def measure_set(key: str, runs: list[Run], count: int) -> None:
    """Prints the table of a data set."""
    data = load(key)
    images = data.test.images[:count]
    print(f"\n{key}: {len(images):,} test images in one file, PSNR in dB")
    print(
        f"{'bits per pixel':28}" + "".join(f"{bits:8g}" for bits in RATES) + "   limit  decoder MB"
    )
    for run in runs:
        coder, decoder = codec_of(run)
        measure(run.id, coder, images, decoder)
    plain = pca_coder(data)
    measure("PCA, same coder", plain, images, plain.codec.mean.size * 4 * images[0].size)
    clean = to_bytes(images)
    for kind, each in FORMATS.items():
        rows = [
            (8 * size / clean[..., 0].size, set_psnr(clean, back), 0.0)
            for size, back in points(clean, kind)
        ]
        line(f"{each.title}, mosaic", best(rows))


def measure_shipped_cells() -> None:
    """Prints a line for each shipped model of a table or a series."""
    head = f"{'bits per row or window':28}{'samples':>8}{'bits':>7}{'error':>9}{'PCA':>9}"
    print(f"\n{head}{'gzip':>8}{'bz2':>8}")
    for run in (Run(SHIPPED_MODELS / name) for name in CELLS):
        found = measure_cells(run.source, codec_of(run)[0], load(run.dataset), 0)
        own, at = found.curves[THIS], int(np.searchsorted(found.levels, found.usual))
        at = min(at, len(found.levels) - 1)
        bits, error = own["bits"][at], own["error"][at]
        others = (f"{found.curves[name]['bits'][0]:8.0f}" for name in ("gzip", "bz2"))
        pca = error_at(found.curves[PCA], bits)
        told = f"{found.count:8}{bits:7.0f}{error:9.4f}{pca:9.4f}{''.join(others)}"
        print(f"{run.id:28}{told}", flush=True)


def measure_lossless(run: Run, count: int) -> None:
    """Prints bits per pixel of a lossless file, of the bound, and of other formats."""
    floats = load(run.dataset).test.images[:count]
    images, model = to_bytes(floats), keras.models.load_model(run.model_path, compile=False)
    pixels = images[..., 0].size
    coder = lossless_of(model)
    begun = time.perf_counter()
    content = coder.compress(images)
    written = time.perf_counter() - begun
    same = int((coder.decompress(content) == images).all(axis=(1, 2, 3)).sum())
    read = time.perf_counter() - begun - written
    bound = -lower_bound(model, floats)["elbo"] * len(images) / np.log(2) / pixels
    bits = 8 * len(content) / pixels
    print(f"\n{run.dataset}: {len(images):,} test images in one file without loss, bits per pixel")
    print(f"{run.id:28}{bits:8.4f}  {len(content):,} bytes, {same:,} images identical; "
          f"{written:.0f} s to compress, {read:.0f} s to decompress")  # fmt: skip
    print(f"{'-ELBO':28}{bound:8.4f}  the file is {bits / bound - 1:.2%} above it")
    for name, size in lossless_sizes(images).items():
        print(f"{name:28}{8 * size / pixels:8.4f}")


def main() -> None:
    """Measures MNIST and, if it has been downloaded before, Fashion-MNIST."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="*", default=["mnist", "cells", "fashion_mnist"])
    parser.add_argument("--images", type=int, default=10_000, help="test images, at most")
    options = parser.parse_args()
    for key in options.datasets:
        if key == "cells":
            measure_shipped_cells()
            continue
        if key == "mnist":
            measure_lossless(Run(SHIPPED_MODELS / LOSSLESS), options.images)
            measure_set(key, [Run(SHIPPED_MODELS / name) for name in SHIPPED], options.images)
            continue
        if key == "fashion_mnist" and not CACHE.exists():
            print(f"\n{key}: not measured, it has not been downloaded to this machine.")
            continue
        with TemporaryDirectory() as directory:
            try:
                load(key)
                run = RunStore(directory).create(Experiment.of("deep", dataset=key))
                train(run)
                measure_set(key, [run], options.images)
            except DataUnavailable as problem:
                print(f"\n{key}: not measured. {problem}")


if __name__ == "__main__":
    main()
