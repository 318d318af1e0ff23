"""The worst upload of each kind: small files that cost a careless server minutes or gigabytes."""

import json
import random

import keras
import numpy as np
from foreign_models import saved
from forging import arrays_of, forged, members_of, npz
from keras import layers as L
from mutating import changed, keras_file
from photos import photo
from PIL import Image
from ugly import bmp_rle, encoded, zipped

from aecore.exchange.bundle import pack
from aecore.runs.store import shipped

CALLS = 400
ERRORS = 20_000_000  # 100 MB with their labels, in a file of some hundred kB


def worst_images() -> bytes:
    """A ZIP of 200 run-length encoded BMPs, of pictures of 40 megapixels in one colour, and of
    damaged ones; a photo of the usual kind is the last."""
    flat = encoded(Image.new("RGB", (8000, 4999), "red"), "WEBP", lossless=True)
    deep = encoded(Image.new("L", (8000, 4999)), "PNG")
    lines = bmp_rle(65_535, 610, b"\1\7\0\0" * 610 + b"\0\1")
    chance = random.Random(0)
    files = [flat, deep, *(changed(flat, chance) for _ in range(5))] * 12 + [lines] * 200
    good = encoded(photo(1), "PNG")
    return zipped([*((f"{i}.png", content) for i, content in enumerate(files)), ("good.png", good)])


def worst_model(folder) -> bytes:
    """A model whose one convolution is called 400 times."""
    image = keras.Input((28, 28, 1))
    layer = L.Conv2D(64, 3, padding="same")
    x = L.Conv2D(64, 3, padding="same")(image)
    for _ in range(CALLS):
        x = layer(x)
    return saved(keras.Model(image, L.Conv2D(1, 3, padding="same")(x)), folder)


def worst_weights() -> bytes:
    """A model whose HDF5 file is damaged, with its checksum in the ZIP made right."""
    members = keras_file()
    whole = members["model.weights.h5"]
    damaged = whole[:96] + b"\xff" * 400 + whole[496:]  # behind its superblock
    return zipped((members | {"model.weights.h5": damaged}).items())


def worst_run() -> bytes:
    """A run whose report inflates to 20 million errors, for which its manifest vouches."""
    content = pack(shipped("undercomplete"))
    arrays = arrays_of(members_of(content)["report.npz"])
    words = json.loads(str(arrays["words"]))
    each = words["metrics"]["mse"]
    arrays |= {
        "errors": np.full(ERRORS, each, np.float32),
        "labels": np.zeros(ERRORS, np.uint8),
        "words": np.array(json.dumps(words)),
    }
    return forged(content, {"report.npz": npz(arrays, packed=True)})
