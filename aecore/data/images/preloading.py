"""Modules that decoders import on first use, when a reader can no longer import."""

import encodings.cp437  # noqa: F401  # names in a ZIP

import numpy.linalg  # noqa: F401
import scipy.ndimage  # noqa: F401
from PIL import Image

Image.init()
