"""What decoders import when they are first used, which a reader can do no more."""

import encodings.cp437  # noqa: F401  # names in a ZIP

import numpy.linalg  # noqa: F401
import scipy.ndimage  # noqa: F401
from PIL import Image

Image.init()
