"""Files with a few bytes changed and their checksums made right, from a seed."""

import io
import json
import struct
import zipfile
import zlib
from random import Random

import h5py
import numpy as np
from forging import forged, members_of, zipped
from PIL import Image

from aecore.exchange.bundle import pack
from aecore.runs.store import shipped

IMAGES = ("PNG", "TIFF", "WEBP", "GIF", "BMP", "JPEG")
INTERESTING = (0, 1, 2, 4, 8, 127, 128, 254, 255)


def changed(content: bytes, chance: Random) -> bytes:
    """A file with some of its bytes changed, left out or doubled."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        if not made:
            break
        # headers matter more than pixels
        place = int(len(made) * chance.random() ** chance.choice((1, 3)))
        how = chance.randrange(10)
        if how < 4:
            made[place] = chance.choice(INTERESTING)
        elif how < 7:
            made[place] ^= 1 << chance.randrange(8)
        elif how == 7:
            made[place : place + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f" + b"\xff" * 3))
        elif how == 8:
            del made[place : place + chance.randrange(1, 64)]
        else:
            made[place:place] = made[place : place + chance.randrange(1, 64)]
    return bytes(made)


def right_png(content: bytes) -> bytes:
    """A PNG with the checksum of each chunk as it should be."""
    made, place = bytearray(content), 8
    while place + 12 <= len(made):
        end = place + 8 + int.from_bytes(made[place : place + 4])
        if end + 4 > len(made):
            break
        made[end : end + 4] = struct.pack(">I", zlib.crc32(made[place + 4 : end]))
        place = end + 4
    return bytes(made)


def images() -> dict[str, list[bytes]]:
    """Small images of each kind, in several modes."""
    pixels = np.random.default_rng(0).integers(0, 256, (20, 24, 3), np.uint8)
    found = {}
    for kind in IMAGES:
        modes = ("L", "RGB") if kind in ("JPEG", "WEBP") else ("1", "L", "P", "RGB")
        options: list[dict] = [{}]
        if kind == "TIFF":
            options = [{}, *({"compression": f"tiff_{n}"} for n in ("lzw", "deflate", "jpeg"))]
        if kind == "WEBP":
            options = [{}, {"lossless": True}]
        found[kind] = []
        for mode in modes:
            for some in options:
                if some.get("compression") == "tiff_jpeg" and mode not in ("L", "RGB"):
                    continue
                file = io.BytesIO()
                Image.fromarray(pixels).convert(mode).save(file, kind, **some)
                found[kind].append(file.getvalue())
    return found


def any_image(chance: Random, base: dict[str, list[bytes]]) -> tuple[str, bytes]:
    """A changed image, or a ZIP of some, changed inside or outside."""
    kind = chance.choice([*IMAGES, "ZIP"])
    if kind == "ZIP":
        members = [any_image(chance, base) for _ in range(2)]
        packed = zipped({f"{i}.{name}": content for i, (name, content) in enumerate(members)})
        return "zip", changed(packed, chance)
    content = changed(chance.choice(base[kind]), chance)
    return kind, right_png(content) if kind == "PNG" else content


def weights() -> bytes:
    """A file of weights as Keras writes it."""
    file = io.BytesIO()
    with h5py.File(file, "w") as written:
        for number, shape in enumerate(((64, 8), (8, 64))):
            group = written.create_group(f"layers/dense{'_1' * number}/vars")
            group["0"], group["1"] = np.ones(shape, "f4"), np.zeros(shape[1], "f4")
            group.attrs["name"] = "dense"
    return file.getvalue()


def keras_file() -> dict[str, bytes]:
    """The members of a small `.keras` file."""
    dense = {"class_name": "Dense", "config": {"units": 8, "name": "dense"}}
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": [dense, dense]}}
    written = json.dumps(config).encode()
    return {"metadata.json": b"{}", "config.json": written, "model.weights.h5": weights()}


def any_keras(chance: Random, members: dict[str, bytes]) -> bytes:
    """A `.keras` file changed in a member, whose checksum is right, or as a whole."""
    if chance.random() < 0.15:
        return changed(zipped(members), chance)
    name = chance.choice(("model.weights.h5", "model.weights.h5", "config.json"))
    return zipped(members | {name: changed(members[name], chance)})


def any_run(chance: Random, content: bytes) -> bytes:
    """A run's file changed in a member, for which its manifest vouches, or as a whole."""
    if chance.random() < 0.15:
        return changed(content, chance)
    members = members_of(content)
    name = chance.choice(sorted(members))
    member = members[name]
    if name.endswith((".npz", ".keras")) and chance.random() < 0.8:  # inside, checksums right
        with zipfile.ZipFile(io.BytesIO(member)) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        part = chance.choice(sorted(parts))
        return forged(content, {name: zipped(parts | {part: changed(parts[part], chance)})})
    return forged(content, {name: changed(member, chance)})


def run_file() -> bytes:
    """A whole run."""
    return pack(shipped("linear"))
