"""WAV files: read by a reader, samples in [-1, 1]."""

import io
import struct
import warnings
from collections.abc import Iterator

import numpy as np

from aecore.data.limits import MB, Refused, megabytes
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.job import Answer, Order, needs
from aecore.data.reading.process import Reader, ReadingEnded
from aecore.data.series.container import put_right

MOST_BYTES = 200 * MB
MOST_SAMPLES = 64_000_000  # of all channels
ALLOWANCE = Allowance(memory=1536 * MB, seconds=60, each=60, answer=8 * MOST_SAMPLES)
REFUSED, SOUND = "refused", "sound"
BROKEN = (ValueError, EOFError, OSError, IndexError, ZeroDivisionError, struct.error)  # of SciPy


@needs("scipy.io.wavfile")
def hear(order: Order) -> Iterator[Answer]:
    """A reader's job: the samples of a WAV file (n, channels), and how many there are a second."""
    from scipy.io import wavfile

    name, content = next(order.files())
    order.begin(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of chunks that it passes over
            rate, samples = wavfile.read(io.BytesIO(put_right(content)))
        samples = samples.reshape(len(samples), -1)
        if samples.dtype == np.uint8:
            values = (samples.astype(np.float64) - 128) / 128
        elif samples.dtype.kind == "i":
            values = samples / -float(np.iinfo(samples.dtype).min)
        else:
            values = samples.astype(np.float64)
        values[~np.isfinite(values)] = np.nan
        yield [SOUND, int(rate)], {"values": values}
    except Refused as problem:
        yield [REFUSED, str(problem)], {}
    except BROKEN as problem:
        yield [REFUSED, f"This WAV file cannot be read: {str(problem)[:200].rstrip('.')}."], {}


def read_sound(name: str, content: bytes, reader: Reader | None = None) -> tuple[np.ndarray, int]:
    """Samples (n, channels) of a WAV file, and how many there are a second.

    Raises:
        Refused: it cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise Refused("The file is larger than {}.", megabytes(MOST_BYTES))
    try:
        for answer, arrays in (reader or Reader()).read(hear, {}, [(name, content)], ALLOWANCE):
            match answer:
                case [str(kind), str(reason)] if kind == REFUSED:
                    raise Refused("{}", reason)
                case [str(kind), int(rate)] if kind == SOUND and rate > 0:
                    values = arrays.get("values", np.zeros(0))
                    if values.ndim == 2 and values.dtype == np.float64 and values.size:
                        return values, rate
    except ReadingEnded as problem:
        raise Refused("{}", problem) from problem
    raise Refused("The WAV file holds no samples.")
