"""Checks of the codec of an imported run."""

import numpy as np

from aecore.compression.codec import Codec, digest_of
from aecore.compression.coding import coder_of
from aecore.exchange.archive import FileRefused
from aecore.runs.codecs import NAME, kept_codec
from aecore.runs.files import write_arrays
from aecore.runs.run import Run

TRIED = 4  # samples
MOST_CLUSTERS = 256


def try_codec(run: Run) -> None:
    """Stores a few samples and rewrites the codec; that of another state of the model is left out.

    Raises:
        FileRefused: it is of no use with the run's model.
        RunDamaged: it is incomplete.
    """
    codec = kept_codec(run)
    if codec is None:
        return
    import keras

    model = keras.models.load_model(run.model_path, compile=False)
    if codec.digest != digest_of(model.get_weights(), codec):
        (run.path / NAME).unlink()  # the model was trained on; a codec is fitted when it is needed
        return
    samples = np.random.default_rng(0).uniform(size=(TRIED, *run.shape)).astype(np.float32)
    try:
        if not _sound(codec):
            raise ValueError(NAME)
        coder = coder_of(model, codec)
        coder.decompress(coder.compress(samples, codec.usual))
    except Exception as problem:  # arrays that do not go together; NumPy raises many kinds
        raise FileRefused("{} does not work with this model.", NAME) from problem
    write_arrays(run.path / NAME, codec.to_arrays())


def _sound(codec: Codec) -> bool:
    """Whether the numbers of a codec make sense."""
    prior = codec.prior
    numbers = (codec.mean, codec.forward, codec.backward, prior.centres, prior.spreads, codec.reach)
    return bool(
        all(np.isfinite(each).all() for each in numbers)
        and prior.spreads.min() > 0
        and prior.shares.min() > 0
        and np.isclose(prior.shares.sum(), 1)
        and len(prior.shares) <= MOST_CLUSTERS
        and codec.reach > 0
    )
