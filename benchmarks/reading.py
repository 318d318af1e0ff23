"""What honest files cost more because a process of its own reads them, limited and without rights.

    python -m benchmarks.reading [--repeat 5]

Each is read in turn by a reader, as the dashboard does, and in this process; the template of the
readers runs already, as in a server that has started. Seconds, and those of the processor, which a
busy machine disturbs less: readers give way to everything else. The least of all repeats.
"""

import argparse
import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import psutil
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from photos import photo

from aecore.data.images import intake, uploads
from aecore.data.images.preparation import prepare, usual
from aecore.data.reading import launching
from aecore.exchange.keras_file.reader import read_plain
from aecore.exchange.opening import open_file

SHAPE = (28, 28, 1)
MEGABYTE = 10**6


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def zip_of(count: int, size: int) -> bytes:
    """A ZIP of photos, each of about so many bytes: their noise cannot be compressed."""
    side = int((size / 3) ** 0.5)
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    content, file = encoded(Image.fromarray(pixels), "PNG"), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.png", content)
    return file.getvalue()


def keras_file(size: int) -> bytes:
    """A model of two dense layers, with weights of so many bytes."""
    units = size // 4 // (2 * 784)
    layers = [("dense", units), ("dense_1", 784)]
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "m",
            "layers": [
                {"class_name": "InputLayer", "config": {"batch_shape": [None, 784], "name": "i"}},
                *(
                    {"class_name": "Dense", "config": {"units": wide, "name": name}}
                    for name, wide in layers
                ),
            ],
        },
    }
    weights, file = io.BytesIO(), io.BytesIO()
    with h5py.File(weights, "w") as written:
        for name, shape in (("dense", (784, units)), ("dense_1", (units, 784))):
            group = written.create_group(f"layers/{name}/vars")
            group["0"], group["1"] = np.ones(shape, "f4"), np.zeros(shape[1], "f4")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", b"{}")
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights.getvalue())
    return file.getvalue()


def names_here(files: list[tuple[str, bytes]]) -> tuple[str, ...]:
    """Reads and prepares images in this process; their names."""
    names = []
    for item in intake.each_image(files):
        if isinstance(item, intake.Opened):
            prepare(item.image, SHAPE, usual(False))
            names.append(item.name)
    return tuple(names)


def ways() -> dict[str, tuple[Callable, Callable]]:
    """By what is read: with a reader, and without."""
    files = {
        "a PNG": [("one.png", encoded(photo(1, 640, 480), "PNG"))],
        "100 photos": [(f"{i}.jpg", encoded(photo(i, 1600, 1200), "JPEG")) for i in range(100)],
        "a ZIP of 100 MB": [("all.zip", zip_of(100, MEGABYTE))],
    }
    found: dict[str, tuple[Callable, Callable]] = {}
    for name, some in files.items():
        found[name] = (
            lambda some=some: uploads.read_uploads(some, SHAPE, usual(False)).names,
            lambda some=some: names_here(some),
        )
    model = keras_file(20 * MEGABYTE)
    found["a .keras of 20 MB"] = (
        lambda: sorted(open_file(model).weights),
        lambda: sorted(read_plain(model).weights),
    )
    return found


def processor(template: psutil.Process) -> float:
    """Seconds of the processor that this process and all readers have taken."""
    readers = template.cpu_times()
    return time.process_time() + readers.children_user + readers.children_system


def timed(read: Callable, template: psutil.Process) -> tuple[float, float, object]:
    """Seconds, those of the processor, and what was read."""
    began, spent = time.perf_counter(), processor(template)
    content = read()
    took = time.perf_counter() - began
    time.sleep(0.3)  # the template sees its reader's end
    return took, processor(template) - spent, content


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    launching.prepare(["h5py", "aecore.data.images.preloading", "aecore.exchange.opening"])
    template = psutil.Process(launching._keeper.process.pid)
    results = {}
    for name, reads in ways().items():
        least = [(60.0, 60.0)] * 2  # with a reader, and without
        for _ in range(options.repeat):
            made = [timed(read, template) for read in reads]
            assert made[0][2] and made[0][2] == made[1][2], name
            least = [
                (min(seconds, known), min(spent, known_spent))
                for (seconds, spent, _), (known, known_spent) in zip(made, least, strict=True)
            ]
        results[name] = {
            what: {
                "with a reader": round(apart, 3),
                "without": round(here, 3),
                "more": round(apart - here, 3),
            }
            for what, apart, here in zip(("s", "processor s"), *least, strict=True)
        }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
