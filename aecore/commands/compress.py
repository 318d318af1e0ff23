"""Samples to a small file by a run's codec, and back: `compress` and `decompress`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aecore.commands.compressed_cells import compress_rows, compress_stretch, write_cells
from aecore.commands.images import Beside, write_image
from aecore.commands.interrupting import load_keras
from aecore.commands.options import (
    add_command,
    add_directory,
    add_json,
    add_measured_run,
    store_of,
)
from aecore.commands.own_data import FILES
from aecore.commands.pictures import batches
from aecore.commands.printing import complain, print_json, show
from aecore.compression.codec import CodecRefused, level_for
from aecore.compression.coding import Coder
from aecore.compression.container import MOST_BYTES, NotDecoded
from aecore.compression.lossless import lossless_of
from aecore.compression.measures import set_psnr
from aecore.data.arrays import to_bytes
from aecore.runs.codecs import coder_for, open_file
from aecore.runs.files import write_whole
from aecore.runs.run import SHIPPED_MODELS, Run, RunDamaged

COMPRESSING = """Compresses images, rows of a table or a stretch of a series into one file with a
run's autoencoder. The file holds the codes alone: the same run is needed to decompress it. Images
are first brought to the model's size. Of a table the columns that the model learnt are stored; a
stretch is cut into windows without overlap. Missing values are not stored: they come back as the
model reconstructs them."""
DECOMPRESSING = """Writes the images of a compressed file as 0001.png, 0002.png and so on; rows or
steps as decompressed.csv, in the units of the data. The run that compressed it is found by the
digest in the file. Another machine gives the same values within rounding."""


def add_compress(commands) -> None:
    """Adds the commands of this file."""
    parser = add_command(commands, "compress", compress, description=COMPRESSING)
    add_measured_run(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", help=FILES)
    parser.add_argument("--out", metavar="FILE", required=True, help="the file to write")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--psnr", metavar="DB", type=float, help="the least PSNR of the images")
    target.add_argument("--bytes", metavar="N", type=int, help="the largest size of the file")
    target.add_argument(
        "--lossless",
        action="store_true",
        help="keep every pixel; needs a variational run with a beta-binomial decoder",
    )
    add_directory(parser)
    add_json(parser)
    parser = add_command(commands, "decompress", decompress, description=DECOMPRESSING)
    parser.add_argument("file", metavar="FILE", help="a compressed file")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder to write to")
    add_directory(parser)
    add_json(parser)


def compress(options) -> int:
    """Compresses images, rows or a stretch of a series into one file."""
    run = store_of(options).get(options.run)
    if not run.usable:
        raise RunDamaged("{} has no measured model yet: it is {}.", run.id, run.status().state)
    load_keras()
    return COMPRESS[run.source.kind.key](options, run, _model(run))


def _compress_images(options, run: Run, model: Any) -> int:
    beside, parts = Beside(), []
    write = _writer(options, run, model)
    for batch in batches(options.files, run.source):
        complain(batch.refusals)
        beside.refusals += batch.refusals
        beside.notes += batch.notes
        parts += [batch.images] if batch.names else []
    if not parts:
        return 1
    images = np.concatenate(parts)
    content, more = write(images)
    write_whole(Path(options.out), lambda partial: partial.write_bytes(content))
    told = {
        "file": options.out,
        "images": len(images),
        "bytes": len(content),
        "bits a pixel": 8 * len(content) / images[..., 0].size,
    } | more
    if options.json:
        print_json({"run": run.id, **told, **beside.as_json()})
    else:
        show(told, as_json=False)
        beside.tell_notes()
    return 1 if beside.refusals else 0


def decompress(options) -> int:
    """Writes what a compressed file holds: images, rows or steps."""
    path = Path(options.file)
    if path.stat().st_size > MOST_BYTES:
        raise NotDecoded("The file is larger than {} MB.", MOST_BYTES // 2**20)
    content = path.read_bytes()
    shipped = [Run(each) for each in sorted(SHIPPED_MODELS.iterdir()) if each.is_dir()]
    load_keras()
    run, found = open_file(content, [*store_of(options).runs(), *shipped], _model)
    return WRITE[run.source.kind.key](options, run, found)


def _write_images(options, run: Run, images: np.ndarray) -> int:
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        str(write_image(folder, f"{number:04}.png", image.astype(np.float32) / 255))
        for number, image in enumerate(images, 1)
    ]
    if options.json:
        print_json({"run": run.id, "files": written})
    else:
        print("\n".join(written))
    return 0


def _model(run: Run) -> Any:
    import keras

    return keras.models.load_model(run.model_path, compile=False)


def _writer(options, run: Run, model: Any) -> Callable[[np.ndarray], tuple[bytes, dict]]:
    """A function of images that gives a file's content, and more to tell of it."""
    if options.lossless:
        lossless = lossless_of(model)
        return lambda images: (lossless.compress(to_bytes(images)), {})
    coder = coder_for(run, model)

    def lossy(images: np.ndarray) -> tuple[bytes, dict]:
        codes, clean = coder.encode(images), to_bytes(images)
        content = coder.pack(codes, _level(options, coder, codes, clean))
        return content, {"PSNR, dB": set_psnr(clean, coder.decompress(content))}

    return lossy


def _level(options, coder: Coder, codes: np.ndarray, clean: np.ndarray) -> int:
    """The level of the step that meets the target, or the usual one."""
    codec = coder.codec
    if options.psnr is not None:

        def good(level: int) -> bool:
            return set_psnr(clean, coder.decompress(coder.pack(codes, level))) >= options.psnr

        if (level := level_for(codec, good)) is not None:
            return level
        most = set_psnr(clean, coder.decompress(coder.pack(codes, codec.levels[1])))
        raise CodecRefused(
            "The model gives these images at most {:.1f} dB, whatever the size.", most
        )
    if options.bytes is not None:
        return coder.level_within(codes, options.bytes)
    return codec.usual


COMPRESS = {"image": _compress_images, "table": compress_rows, "series": compress_stretch}
WRITE = {"image": _write_images, "table": write_cells, "series": write_cells}
