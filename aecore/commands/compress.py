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
from aecore.commands.rows import one_file
from aecore.compression.codec import CodecRefused, level_for
from aecore.compression.coding import Coder, finest_within
from aecore.compression.container import MOST_BYTES, NotDecoded
from aecore.compression.lossless import lossless_of
from aecore.compression.measures import set_psnr
from aecore.data.arrays import to_bytes, to_floats
from aecore.data.images.uploads import picture
from aecore.data.limits import Refused
from aecore.runs.codecs import coder_for, open_file
from aecore.runs.files import write_whole
from aecore.runs.run import SHIPPED_MODELS, Run, RunDamaged

COMPRESSING = """Compresses images, rows of a table or a stretch of a series into one file with a
run's autoencoder. The file holds the codes alone: the same run is needed to decompress it. Images
are first brought to the model's size, unless one is cut into tiles and keeps its own. For a table,
the columns that the model learnt are stored; a stretch is cut into windows without overlap. Missing
values are not stored: they come back as the model reconstructs them."""
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
    target.add_argument("--psnr", metavar="DB", type=float, help="minimum PSNR of the images")
    target.add_argument("--bytes", metavar="N", type=int, help="maximum size of the file")
    target.add_argument(
        "--lossless",
        action="store_true",
        help="keep every pixel; needs a variational run with a beta-binomial decoder",
    )
    parser.add_argument(
        "--tiles",
        action="store_true",
        help="keep the size of one image: cut it into tiles of the model's size",
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
    if options.tiles:
        return _compress_picture(options, run, model)
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
        "bits per pixel": 8 * len(content) / images[..., 0].size,
    } | more
    if options.json:
        print_json({"run": run.id, **told, **beside.as_json()})
    else:
        show(told, as_json=False)
        beside.tell_notes()
    return 1 if beside.refusals else 0


def _compress_picture(options, run: Run, model: Any) -> int:
    """Compresses one image at its own size."""
    if options.lossless:
        raise CodecRefused("--tiles and --lossless do not go together.")
    file = one_file(options.files)
    image = picture((file,), 0, levels=run.source.levels)
    if image is None:
        raise Refused("{} cannot be read as an image.", file[0])
    coder = coder_for(run, model, lasting=True)
    codes = coder.encode_picture(image)

    def write(level: int) -> bytes:
        return coder.pack(codes, level, picture=image.shape)

    content = write(_level(options, coder, write, image[None]))
    write_whole(Path(options.out), lambda partial: partial.write_bytes(content))
    told = {
        "file": options.out,
        "tiles": len(codes),
        "bytes": len(content),
        "bits per pixel": 8 * len(content) / image[..., 0].size,
        "PSNR, dB": set_psnr(image[None], coder.decompress(content)),
    }
    if options.json:
        print_json({"run": run.id, **told})
    else:
        show(told, as_json=False)
    return 0


def decompress(options) -> int:
    """Writes what a compressed file holds: images, rows or steps."""
    path = Path(options.file)
    if path.stat().st_size > MOST_BYTES:
        raise NotDecoded("The file is larger than {} MB.", MOST_BYTES // 2**20)
    content = path.read_bytes()
    shipped = [Run(each) for each in sorted(SHIPPED_MODELS.iterdir()) if each.is_dir()]
    load_keras()
    run, found = open_file(content, store_of(options).runs(), _model, shipped)
    return WRITE[run.source.kind.key](options, run, found)


def _write_images(options, run: Run, images: np.ndarray) -> int:
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        str(write_image(folder, f"{number:04}.png", to_floats(image)))
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
    coder = coder_for(run, model, lasting=True)

    def lossy(images: np.ndarray) -> tuple[bytes, dict]:
        codes, clean = coder.encode(images), to_bytes(images)

        def write(level: int) -> bytes:
            return coder.pack(codes, level)

        content = write(_level(options, coder, write, clean))
        return content, {"PSNR, dB": set_psnr(clean, coder.decompress(content))}

    return lossy


def _level(options, coder: Coder, write: Callable[[int], bytes], clean: np.ndarray) -> int:
    """The level of the step that meets the target, or the usual one.

    Args:
        write: gives the content of a file at a level. clean: what it holds, 8-bit (n, h, w, c).
    """
    codec = coder.codec
    if options.psnr is not None:

        def good(level: int) -> bool:
            return set_psnr(clean, coder.decompress(write(level))) >= options.psnr

        if (level := level_for(codec, good)) is not None:
            return level
        most = set_psnr(clean, coder.decompress(write(codec.levels[1])))
        raise CodecRefused(
            "The model gives these images at most {:.1f} dB, whatever the size.", most
        )
    if options.bytes is not None:
        return finest_within(codec.levels, write, options.bytes)
    return codec.usual


COMPRESS = {"image": _compress_images, "table": compress_rows, "series": compress_stretch}
WRITE = {"image": _write_images, "table": write_cells, "series": write_cells}
